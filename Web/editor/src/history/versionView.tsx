import { unifiedMergeView } from "@codemirror/merge";
import { EditorState, Text } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FileVersion } from "@collabhub/sdk";
import { codeTheme } from "../session/codeTheme";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, IconButton, Problem, Skeleton } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { nameOf } from "./historyPanel";

interface VersionViewProps {
  workspaceId: string;
  fileId: string;
  version: FileVersion;
  mayEdit: boolean;
  /** The text of the open editor. */
  now: () => string;
  onRestored: () => void;
  onClose: () => void;
}

/** What has changed since a version, and the way back to it. */
export function VersionView({ workspaceId, fileId, version, mayEdit, now, onRestored, onClose }: VersionViewProps): JSX.Element {
  const { history } = useServices();
  const [asking, setAsking] = useState(false);
  const [state, reload] = useLoad(`${fileId} ${version.n}`, async () => ({ before: (await history.version(workspaceId, fileId, version.n)).content, after: now() }));
  const restore = useAction(async () => {
    await history.restore(workspaceId, fileId, version.n);
    onRestored();
  });
  const same = state.kind === "ready" && state.value.before === state.value.after;
  return (
    <section class="version-view" aria-label={`Changes since ${nameOf(version)}`}>
      <header class="version-bar">
        <h3>{nameOf(version)} <span class="muted">compared with now</span></h3>
        <span class="spacer" />
        <IconButton icon="history" label="Compare again with the present text" onClick={reload} />
        {mayEdit && <Button icon="back" disabled={state.kind !== "ready" || same} onClick={() => setAsking(true)}>Restore</Button>}
        <IconButton icon="close" label="Close the comparison" onClick={onClose} />
      </header>
      {state.kind === "loading" && <div class="code-loading"><Skeleton rows={6} /></div>}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {same && <p class="version-note" role="status">Nothing has changed since this version.</p>}
      {state.kind === "ready" && <Changes {...state.value} />}
      {asking && (
        <Dialog title={`Restore ${nameOf(version)}?`} onClose={() => setAsking(false)}>
          <p class="confirm">The file gets the text of this version, for everyone who has it open. What is there now is kept as a version, so you can come back to it.</p>
          <Problem error={restore.error} />
          <div class="actions end">
            <Button onClick={() => setAsking(false)} autofocus>Cancel</Button>
            <Button kind="primary" busy={restore.busy} onClick={() => restore.run()}>Restore this version</Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function Changes({ before, after }: { before: string; after: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: after,
        extensions: [
          lineNumbers(), codeTheme, EditorState.readOnly.of(true), EditorState.lineSeparator.of("\n"),
          EditorView.contentAttributes.of({ "aria-label": "Changes", "aria-readonly": "true" }),
          unifiedMergeView({ original: Text.of(before.split("\n")), mergeControls: false, gutter: true, collapseUnchanged: { margin: 3, minSize: 6 } }),
        ],
      }),
    });
    return () => view.destroy();
  }, [before, after]);
  return <div class="code changes" ref={host} />;
}
