import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { FileVersion } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Empty, Field, IconButton, Problem, Skeleton } from "../ui/controls";
import { ago, bytes } from "../ui/format";

interface HistoryPanelProps {
  workspaceId: string;
  fileId: string;
  mayEdit: boolean;
  shown: number | null;
  /** Changes when versions may have come from elsewhere, such as a restore. */
  round: number;
  onShow: (version: FileVersion) => void;
  onClose: () => void;
}

/** The versions of a file, newest first, and a place to make one. */
export function HistoryPanel({ workspaceId, fileId, mayEdit, shown, round, onShow, onClose }: HistoryPanelProps): JSX.Element {
  const { history } = useServices();
  const [name, setName] = useState("");
  const [older, setOlder] = useState<FileVersion[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [state, reload] = useLoad(`${fileId} ${round}`, async () => {
    const page = await history.versions(workspaceId, fileId);
    setOlder([]);
    setNext(page.nextCursor);
    return page.items;
  });
  const keep = useAction(async () => {
    await history.createVersion(workspaceId, fileId, name.trim() === "" ? undefined : name.trim());
    setName("");
    reload();
  });
  const more = useAction(async () => {
    const page = await history.versions(workspaceId, fileId, next ?? undefined);
    setOlder([...older, ...page.items]);
    setNext(page.nextCursor);
  });
  const versions = state.kind === "ready" ? [...state.value, ...older] : [];
  return (
    <aside class="side-panel" aria-label="History" onKeyDown={(event) => { if (event.key === "Escape") onClose(); }}>
      <header><h3>History</h3><IconButton icon="close" label="Close history" onClick={onClose} /></header>
      {mayEdit && (
        <form onSubmit={(event) => { event.preventDefault(); keep.run(); }}>
          <Field label="Name for the present text" name="name" value={name} onInput={setName} errors={keep.error?.errors["name"]} maxLength={100} placeholder="Optional" autofocus />
          <Button type="submit" kind="primary" icon="check" busy={keep.busy}>Keep this version</Button>
          <Problem error={keep.error?.errors["name"] === undefined ? keep.error : null} />
        </form>
      )}
      {state.kind === "loading" && <Skeleton rows={3} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {state.kind === "ready" && versions.length === 0 && (
        <Empty title="No versions yet"><p>One is kept by itself a few minutes after someone has changed the file.</p></Empty>
      )}
      <ul class="versions">
        {versions.map((version) => (
          <li key={version.n}>
            <button type="button" class="version" aria-current={version.n === shown ? "true" : undefined} onClick={() => onShow(version)}>
              <span class="version-name">{nameOf(version)}</span>
              <span class="muted">{version.createdByName ?? "Someone"}, <Ago at={version.createdAt} /> · {bytes(version.size)}</span>
            </button>
          </li>
        ))}
      </ul>
      {next !== null && <Button busy={more.busy} onClick={() => more.run()}>Older versions</Button>}
      <Problem error={more.error} />
    </aside>
  );
}

/** "Draft", "Version 3", "Automatic version 4". */
export const nameOf = ({ n, name, kind }: FileVersion): string => name ?? (kind === "named" ? `Version ${n}` : `Automatic version ${n}`);

function Ago({ at }: { at: string }): JSX.Element {
  const [, setRound] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setRound((n) => n + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  return <time dateTime={at} title={new Date(at).toLocaleString()}>{ago(at)}</time>;
}
