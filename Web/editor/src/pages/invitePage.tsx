import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { User } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { navigate } from "../state/router";
import { useAuth, useServices } from "../state/services";
import { Button, Problem, Skeleton } from "../ui/controls";
import { RoleBadge } from "../ui/people";
import { targetOf } from "./invitationsPage";
import { Page } from "./page";
import { SignInChoices } from "./signInChoices";

/** The page behind a share link. The token is in the fragment, which browsers do not send to servers or write into their logs. */
export function InvitePage({ token }: { token: string }): JSX.Element {
  const { api } = useServices();
  const auth = useAuth();
  const [state, reload] = useLoad(token, () => api.invitationByToken(token));
  const signedInHere = useRef(false);
  if (auth.kind === "signedOut") signedInHere.current = true;
  return (
    <Page title="Invitation" hideTitle>
      {state.kind === "loading" && <Skeleton rows={4} />}
      {state.kind === "failed" && (
        <div class="welcome">
          <h1>This invitation cannot be used</h1>
          {state.error.isTransient
            ? <Problem error={state.error} onRetry={reload} />
            : <p class="muted">It may have been withdrawn, used, or have expired. Ask the person who sent it for a new one.</p>}
          <Button onClick={() => navigate("/")}>Go to my workspaces</Button>
        </div>
      )}
      {state.kind === "ready" && (
        <>
          <div class="welcome">
            <h1>{state.value.invitedBy.displayName} invites you to “{state.value.targetName}”</h1>
            {state.value.message != null && <blockquote>{state.value.message}</blockquote>}
            <p class="muted">You join the {state.value.kind} as <RoleBadge role={state.value.role} /></p>
          </div>
          {auth.kind === "signedIn" ? <Accept token={token} user={auth.user} atOnce={signedInHere.current} /> : <SignInChoices guestLabel="Join as guest" />}
        </>
      )}
    </Page>
  );
}

/** `atOnce`: the person signed in on this page in order to join, and need not say so again. */
function Accept({ token, user, atOnce }: { token: string; user: User; atOnce: boolean }): JSX.Element {
  const { api, auth, signInApart } = useServices();
  const [other, setOther] = useState(false);
  const accept = useAction(async () => navigate(targetOf(await api.acceptInvitationByToken(token)), { replace: true }));
  const joinAsGuest = useAction(async () => {
    await signInApart(() => auth.guest());
    navigate(targetOf(await api.acceptInvitationByToken(token)), { replace: true });
  });
  useEffect(() => { if (atOnce) accept.run(); }, [atOnce]);
  if (atOnce && accept.error === null) return <Skeleton rows={2} />;
  return (
    <div class="card narrow">
      <p>You are signed in as <strong>{user.displayName}</strong>.</p>
      <Problem error={accept.error ?? joinAsGuest.error} />
      <div class="actions">
        <Button kind="primary" busy={accept.busy} onClick={() => accept.run()} autofocus>Join as {user.displayName}</Button>
        <Button kind="quiet" onClick={() => setOther(!other)}>Not you?</Button>
      </div>
      {other && (
        <div class="actions">
          <Button busy={joinAsGuest.busy} onClick={() => joinAsGuest.run()}>Join as a new guest, in this window only</Button>
          <Button onClick={() => void auth.signOut()}>Sign out</Button>
        </div>
      )}
    </div>
  );
}
