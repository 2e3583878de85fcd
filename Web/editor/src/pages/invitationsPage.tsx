import type { JSX } from "preact";
import type { Invitation } from "@collabhub/sdk";
import { useEffect } from "preact/hooks";
import { useAction, useLoad } from "../state/async";
import { navigate } from "../state/router";
import { useServices } from "../state/services";
import { Button, Empty, Problem, Skeleton } from "../ui/controls";
import { ago } from "../ui/format";
import { Page } from "./page";

/** Invitations addressed to me that wait for an answer. */
export function InvitationsPage(): JSX.Element {
  const { api, notifications } = useServices();
  const [state, reload] = useLoad("invitations", async () => (await api.myInvitations()).items);
  useEffect(() => notifications.on("invitations", reload), [notifications, reload]);
  return (
    <Page title="Invitations">
      {state.kind === "loading" && <Skeleton rows={3} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {state.kind === "ready" && state.value.length === 0 && (
        <Empty title="No open invitations"><p>When someone invites you by e-mail, the invitation appears here.</p></Empty>
      )}
      {state.kind === "ready" && (
        <ul class="rows">
          {state.value.map((invitation) => <InvitationRow key={invitation.invitationId} invitation={invitation} onAnswered={reload} />)}
        </ul>
      )}
    </Page>
  );
}

/** Where an accepted invitation leads. */
export const targetOf = (invitation: Invitation): string =>
  invitation.sessionId != null ? `/s/${invitation.sessionId}` : invitation.workspaceId != null ? `/w/${invitation.workspaceId}` : "/";

function InvitationRow({ invitation, onAnswered }: { invitation: Invitation; onAnswered: () => void }): JSX.Element {
  const { api } = useServices();
  const accept = useAction(async () => navigate(targetOf({ ...invitation, ...await api.acceptInvitation(invitation.invitationId) })));
  const decline = useAction(async () => {
    await api.declineInvitation(invitation.invitationId);
    onAnswered();
  });
  return (
    <li class="row static">
      <span class="row-name">
        <span><strong>{invitation.invitedBy.displayName}</strong> invites you to {invitation.kind} <strong>{invitation.targetName}</strong></span>
        {invitation.message != null && <span class="row-note muted">“{invitation.message}”</span>}
        <span class="row-note muted">as {invitation.role} · ends {ago(invitation.expiresAt)}</span>
        <Problem error={accept.error ?? decline.error} />
      </span>
      <Button busy={decline.busy} onClick={() => decline.run()}>Decline</Button>
      <Button kind="primary" busy={accept.busy} onClick={() => accept.run()}>Accept</Button>
    </li>
  );
}
