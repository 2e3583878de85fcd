import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { ImportResult } from "@collabhub/sdk";
import { useAction } from "../state/async";
import { useServices } from "../state/services";
import { Button, Problem } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { bytes } from "../ui/format";

/** All files of a workspace out of it and into it, as a zip archive. */
export function TransferDialog({ workspaceId, name, mayEdit, onClose, onImported }: {
  workspaceId: string; name: string; mayEdit: boolean; onClose: () => void; onImported: () => void;
}): JSX.Element {
  const { history } = useServices();
  const [received, setReceived] = useState(0);
  const [result, setResult] = useState<ImportResult | null>(null);
  const [isOver, setIsOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const exporting = useAction(async () => {
    setReceived(0);
    save(await history.exportZip(workspaceId, setReceived), `${name.replace(/[\\/:*?"<>|]/g, "-")}.zip`);
  });
  const importing = useAction(async (zip: Blob) => {
    setResult(null);
    setResult(await history.importZip(workspaceId, zip));
    onImported();
  });
  const take = (files: FileList | null | undefined): void => { if (files?.[0] !== undefined) importing.run(files[0]); };
  return (
    <Dialog title="Export and import" onClose={onClose}>
      <section class="transfer">
        <h3>Export</h3>
        <p class="muted">All files as they are this moment, in one zip archive.</p>
        <div class="actions">
          <Button icon="download" busy={exporting.busy} onClick={() => exporting.run()}>Export all files</Button>
          {exporting.busy && <span role="status" class="muted">{bytes(received)} received</span>}
        </div>
        <Problem error={exporting.error} />
      </section>
      {mayEdit && (
        <section
          class={`transfer drop${isOver ? " over" : ""}`}
          onDragOver={(event) => { event.preventDefault(); setIsOver(true); }} onDragLeave={() => setIsOver(false)}
          onDrop={(event) => { event.preventDefault(); setIsOver(false); take(event.dataTransfer?.files); }}
        >
          <h3>Import</h3>
          <p class="muted">A zip archive of text files. Files that exist already get the archive's text as an edit; nothing is removed.</p>
          <div class="actions">
            <input
              ref={file} type="file" accept=".zip,application/zip" class="visually-hidden" tabIndex={-1} aria-label="Zip archive"
              onChange={(event) => { take(event.currentTarget.files); event.currentTarget.value = ""; }}
            />
            <Button icon="upload" busy={importing.busy} onClick={() => file.current?.click()}>Choose an archive</Button>
            {importing.busy ? <progress aria-label="Importing" /> : <span class="muted">or drop it here</span>}
          </div>
          <Problem error={importing.error} />
          {importing.error !== null && <EntryProblems errors={importing.error.errors} />}
          {result !== null && <p role="status" class="transfer-result">{summary(result)}</p>}
        </section>
      )}
    </Dialog>
  );
}

function EntryProblems({ errors }: { errors: Record<string, string[]> }): JSX.Element {
  return <ul class="entry-problems">{Object.entries(errors).map(([entry, texts]) => <li key={entry}><code>{entry}</code> {texts.join(" ")}</li>)}</ul>;
}

/** "3 files created, 1 updated, 2 unchanged, 1 skipped." */
export function summary({ created, updated, unchanged, skipped }: ImportResult): string {
  const parts = [`${created.length} ${created.length === 1 ? "file" : "files"} created`, `${updated.length} updated`, `${unchanged.length} unchanged`];
  return `${[...parts, ...(skipped.length > 0 ? [`${skipped.length} skipped`] : [])].join(", ")}.`;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken hold of the data by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
