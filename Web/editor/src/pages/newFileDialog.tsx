import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { WorkspaceFile } from "@collabhub/sdk";
import { useAction } from "../state/async";
import { useServices } from "../state/services";
import { Button, Field, Problem } from "../ui/controls";
import { Dialog } from "../ui/dialog";

export function NewFileDialog({ workspaceId, onClose, onCreated }: {
  workspaceId: string; onClose: () => void; onCreated: (file: WorkspaceFile) => void;
}): JSX.Element {
  const { api } = useServices();
  const [path, setPath] = useState("");
  const create = useAction(async () => onCreated(await api.createFile(workspaceId, { path: path.trim() })));
  const pathErrors = create.error?.code === "file.path_taken" ? ["A file with this path exists already."] : create.error?.errors["path"];
  return (
    <Dialog title="New file" onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); create.run(); }}>
        <Field
          label="Path" name="path" value={path} onInput={setPath} errors={pathErrors} required autofocus maxLength={1024}
          placeholder="src/app.ts" hint="Folders are made from the slashes."
        />
        <Problem error={pathErrors === undefined ? create.error : null} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={create.busy}>Create file</Button>
        </div>
      </form>
    </Dialog>
  );
}
