import type { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { canEdit, type FileVersion, type WorkspaceFile } from "@collabhub/sdk";
import { HistoryPanel } from "../history/historyPanel";
import { useBlame } from "../history/useBlame";
import { VersionView } from "../history/versionView";
import { Empty, IconButton, Problem, Skeleton } from "../ui/controls";
import { CodeView } from "./codeView";
import { useFollowedCursor, type Follow } from "./follow";
import { jumpTo, type Jump } from "./jump";
import type { OpenFiles } from "./openFiles";
import { RefusedPanel } from "./refusedPanel";
import { SaveIndicator } from "./status";
import { useOpenFile } from "./useSession";
import { closedReason } from "./words";

interface FilePaneProps {
  files: OpenFiles;
  workspaceId: string;
  fileId: string;
  /** Missing while the list does not know it yet. */
  file: WorkspaceFile | undefined;
  jump: Jump | null;
  follow: Follow;
  colorOf: (userId: string) => string;
}

/** One file: its path, tools and state above, its text below, its history beside it. */
export function FilePane({ files, workspaceId, fileId, file, jump, follow, colorOf }: FilePaneProps): JSX.Element | null {
  const open = useOpenFile(files, fileId);
  const [view, setView] = useState<EditorView | null>(null);
  const [showsHistory, setShowsHistory] = useState(false);
  const [showsBlame, setShowsBlame] = useState(false);
  const [version, setVersion] = useState<FileVersion | null>(null);
  const [round, setRound] = useState(0);
  const path = useRef(file?.path);
  path.current = file?.path ?? path.current; // a file that was deleted keeps its name as long as it is shown
  const blame = useBlame(view, showsBlame, workspaceId, fileId, colorOf);
  useLayoutEffect(() => { if (view !== null && jump?.fileId === fileId) jumpTo(view, jump); }, [view, jump]);
  useFollowedCursor(view, open?.provider.binding ?? null, follow);
  if (open === null) return null;
  const { provider, state, refusals } = open;
  const readOnly = !canEdit(state.role);
  const isOpen = state.stage.kind === "open";
  const closeVersion = (): void => {
    setVersion(null);
    view?.focus();
  };
  const toggleHistory = (): void => {
    setShowsHistory(!showsHistory);
    if (showsHistory) closeVersion();
  };
  return (
    <>
      <header class="pane-bar">
        <h2 class="path" title={path.current}>{path.current ?? "…"}</h2>
        {isOpen && readOnly && <span class="badge" title="Your role lets you read this file. Ask the owner of the session to edit it.">read only</span>}
        <span class="spacer" />
        {isOpen && <IconButton icon="blame" label="Who wrote what" pressed={showsBlame} onClick={() => setShowsBlame(!showsBlame)} />}
        {isOpen && <IconButton icon="history" label="History" pressed={showsHistory} onClick={toggleHistory} />}
        <SaveIndicator state={state} />
      </header>
      {isOpen && readOnly && <p class="viewer-note">You are a viewer: you see everyone's changes as they happen. Ask the session's owner if you want to edit.</p>}
      {isOpen && showsBlame && <p class="blame-note" role="status">{blame.atCursor ?? "Put the cursor on a line to see who wrote it."}</p>}
      {showsBlame && <Problem error={blame.error} />}
      {refusals.length > 0 && (
        <RefusedPanel
          refusals={refusals} isClosed={state.stage.kind === "closed"} now={isOpen ? provider.binding.text.toString() : null}
          onDismiss={() => provider.dismissRefusals()}
        />
      )}
      {state.stage.kind === "loading" && <div class="code-loading"><Skeleton rows={8} /></div>}
      {state.stage.kind === "closed" && <Empty title={closedReason(state.stage.code)} />}
      {isOpen && (
        <div class="pane-body">
          <div class="pane-text">
            <CodeView binding={provider.binding} path={file?.path ?? ""} readOnly={readOnly} onView={setView} />
            {version !== null && (
              <VersionView
                key={version.n} workspaceId={workspaceId} fileId={fileId} version={version} mayEdit={!readOnly} now={() => provider.binding.text.toString()}
                onRestored={() => { closeVersion(); setRound(round + 1); }} onClose={closeVersion}
              />
            )}
          </div>
          {showsHistory && (
            <HistoryPanel
              workspaceId={workspaceId} fileId={fileId} mayEdit={!readOnly} shown={version?.n ?? null} round={round} onShow={setVersion} onClose={toggleHistory}
            />
          )}
        </div>
      )}
    </>
  );
}
