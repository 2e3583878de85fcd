import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Invitation, WorkspaceRole } from "@collabhub/sdk";
import { AddressesField, Outcome, useInviting } from "../invite/inviting";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Choice, Empty, Problem, Skeleton } from "../ui/controls";
import { ago } from "../ui/format";

const roles: readonly { value: WorkspaceRole; label: string }[] = [
  { value: "viewer", label: "Viewer" }, { value: "editor", label: "Editor" }, { value: "admin", label: "Admin" },
];

/** Invites by e-mail, and shows what became of each invitation. */
export function Invitations({ workspaceId }: { workspaceId: string }): JSX.Element {
  const { team } = useServices();
  const api = team(workspaceId);
  const [role, setRole] = useState<WorkspaceRole>("editor");
  const [state, reload] = useLoad(`invitations-${workspaceId}`, async () => (await api.invitations()).items);
  const inviting = useInviting((emails) => api.inviteMany(emails, role), reload);
  const { send } = inviting;
  return (
    <section>
      <h2>Invite</h2>
      <form class="card" onSubmit={(event) => { event.preventDefault(); send.run(); }}>
        <AddressesField inviting={inviting} />
        <Choice label="Role" value={role} options={roles} onChange={setRole} />
        {send.error?.errors["emails"] === undefined && <Problem error={send.error} />}
        <Outcome inviting={inviting} />
        <Button kind="primary" type="submit" icon="mail" busy={send.busy}>Invite</Button>
      </form>
      <h2>Invitations</h2>
      {state.kind === "loading" && <Skeleton rows={2} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {state.kind === "ready" && state.value.length === 0 && <Empty title="Nobody is invited"><p>Invitations that you send appear here until they are answered.</p></Empty>}
      {state.kind === "ready" && (
        <ul class="rows" aria-label="Invitations">
          {state.value.map((invitation) => (
            <InvitationRow key={invitation.invitationId} invitation={invitation} onChanged={reload}
              resend={() => api.resend(invitation.invitationId)} revoke={() => api.revoke(invitation.invitationId)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function InvitationRow({ invitation, resend, revoke, onChanged }: {
  invitation: Invitation; resend: () => Promise<unknown>; revoke: () => Promise<unknown>; onChanged: () => void;
}): JSX.Element {
  const again = useAction(async () => { await resend(); onChanged(); });
  const back = useAction(async () => { await revoke(); onChanged(); });
  const name = invitation.email ?? "a member";
  const isOpen = invitation.status === "pending" || invitation.status === "expired";
  return (
    <li class="row static">
      <span class="row-name">
        <strong>{name}</strong>
        <span class="row-note muted">{invitation.status} · {invitation.role} · {invitation.status === "pending" ? `ends ${ago(invitation.expiresAt)}` : `from ${ago(invitation.createdAt)}`}</span>
        <Problem error={again.error ?? back.error} />
      </span>
      {isOpen && <Button kind="quiet" busy={again.busy} onClick={() => again.run()}>Send again</Button>}
      {isOpen && <Button kind="quiet" busy={back.busy} onClick={() => back.run()}>Revoke</Button>}
    </li>
  );
}
