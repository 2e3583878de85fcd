import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Workspace } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { navigate } from "../state/router";
import { useServices } from "../state/services";
import { Button, Field, Problem, Skeleton } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";

type Asked = "archive" | "transfer" | "delete" | null;

/** Archiving, handing over, deleting: each asks before it does. */
export function DangerZone({ workspace, onChanged }: { workspace: Workspace; onChanged: () => void }): JSX.Element {
  const { workspaces } = useServices();
  const [asked, setAsked] = useState<Asked>(null);
  const restore = useAction(async () => {
    await workspaces.restore(workspace.workspaceId);
    onChanged();
  });
  const done = (): void => {
    setAsked(null);
    onChanged();
  };
  const isOwner = workspace.role === "owner";
  return (
    <section class="card">
      <h2>Archive, transfer, delete</h2>
      <div class="actions">
        {workspace.status === "archived"
          ? <Button busy={restore.busy} onClick={() => restore.run()}>Restore</Button>
          : <Button onClick={() => setAsked("archive")}>Archive…</Button>}
        {isOwner && <Button onClick={() => setAsked("transfer")}>Transfer…</Button>}
        {isOwner && <Button kind="danger" onClick={() => setAsked("delete")}>Delete…</Button>}
      </div>
      <Problem error={restore.error} />
      {asked === "archive" && <ArchiveDialog workspace={workspace} onClose={() => setAsked(null)} onDone={done} />}
      {asked === "transfer" && <TransferOwnerDialog workspace={workspace} onClose={() => setAsked(null)} onDone={done} />}
      {asked === "delete" && <DeleteDialog workspace={workspace} onClose={() => setAsked(null)} />}
    </section>
  );
}

interface AskProps { workspace: Workspace; onClose: () => void; onDone: () => void }

function ArchiveDialog({ workspace, onClose, onDone }: AskProps): JSX.Element {
  const { workspaces } = useServices();
  const archive = useAction(async () => {
    await workspaces.archive(workspace.workspaceId);
    onDone();
  });
  return (
    <Dialog title={`Archive ${workspace.name}?`} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); archive.run(); }}>
        <p>It becomes read-only for everyone until it is restored.</p>
        <Problem error={archive.error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={archive.busy}>Archive</Button>
        </div>
      </form>
    </Dialog>
  );
}

function TransferOwnerDialog({ workspace, onClose, onDone }: AskProps): JSX.Element {
  const { workspaces } = useServices();
  const [state, reload] = useLoad("members", async () => (await workspaces.members(workspace.workspaceId)).filter(({ userId, status }) => userId !== workspace.ownerId && status === "active"));
  const [chosen, setChosen] = useState("");
  const transfer = useAction(async () => {
    await workspaces.transfer(workspace.workspaceId, chosen);
    onDone();
  });
  return (
    <Dialog title={`Transfer ${workspace.name}`} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (chosen !== "") transfer.run(); }}>
        {state.kind === "loading" && <Skeleton rows={2} />}
        {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
        {state.kind === "ready" && state.value.length === 0 && <p>There is no other member yet. Add the person first.</p>}
        {state.kind === "ready" && state.value.length > 0 && (
          <Select
            label="New owner" name="owner" value={chosen} onChange={setChosen} hint="You become an admin."
            options={[{ value: "", label: "Choose a member" }, ...state.value.map(({ userId, displayName, username }) => ({ value: userId, label: `${displayName} (${username})` }))]}
          />
        )}
        <Problem error={transfer.error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={transfer.busy} disabled={chosen === ""}>Transfer</Button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }): JSX.Element {
  const { workspaces } = useServices();
  const [typed, setTyped] = useState("");
  const isSure = typed.trim() === workspace.name;
  const remove = useAction(async () => {
    await workspaces.remove(workspace.workspaceId);
    navigate("/", { replace: true });
  });
  return (
    <Dialog title={`Delete ${workspace.name}?`} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (isSure) remove.run(); }}>
        <p>Its files, sessions and settings are gone for everyone. This cannot be undone.</p>
        <Field label={`Type “${workspace.name}” to confirm`} name="confirm" value={typed} onInput={setTyped} autocomplete="off" autofocus />
        <Problem error={remove.error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" busy={remove.busy} disabled={!isSure}>Delete</Button>
        </div>
      </form>
    </Dialog>
  );
}
