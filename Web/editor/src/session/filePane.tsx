import type { JSX } from "preact";
import { canEdit, type WorkspaceFile } from "@collabhub/sdk";
import { Empty, Skeleton } from "../ui/controls";
import { CodeView } from "./codeView";
import type { OpenFiles } from "./openFiles";
import { RefusedPanel } from "./refusedPanel";
import { SaveIndicator } from "./status";
import { useOpenFile } from "./useSession";
import { closedReason } from "./words";

/** One file: its path and state above, its text below. `file` is missing while the list does not know it yet. */
export function FilePane({ files, fileId, file }: { files: OpenFiles; fileId: string; file: WorkspaceFile | undefined }): JSX.Element | null {
  const open = useOpenFile(files, fileId);
  if (open === null) return null;
  const { provider, state, refusals } = open;
  const readOnly = !canEdit(state.role);
  return (
    <>
      <header class="pane-bar">
        <h2 class="path">{file?.path ?? "…"}</h2>
        {state.stage.kind === "open" && readOnly && <span class="badge" title="Your role lets you read this file. Ask the owner of the session to edit it.">read only</span>}
        <span class="spacer" />
        <SaveIndicator state={state} />
      </header>
      {state.stage.kind === "open" && readOnly && <p class="viewer-note">You are a viewer: you see everyone's changes as they happen. Ask the session's owner if you want to edit.</p>}
      {refusals.length > 0 && <RefusedPanel refusals={refusals} onDismiss={() => provider.dismissRefusals()} />}
      {state.stage.kind === "loading" && <div class="code-loading"><Skeleton rows={8} /></div>}
      {state.stage.kind === "closed" && <Empty title={closedReason(state.stage.code)} />}
      {state.stage.kind === "open" && <CodeView binding={provider.binding} path={file?.path ?? ""} readOnly={readOnly} />}
    </>
  );
}
