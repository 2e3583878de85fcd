import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { navigate, pathOr } from "../state/router";
import { useAuth } from "../state/services";
import { Page } from "./page";
import { SignInChoices } from "./signInChoices";

/** `next`: where to go once signed in; only paths of this site are followed. */
export function SignInPage({ next }: { next: string }): JSX.Element {
  const state = useAuth();
  const target = pathOr(next, "/");
  useEffect(() => {
    if (state.kind === "signedIn") navigate(target, { replace: true });
  }, [state.kind, target]);
  return (
    <Page title="Sign in" hideTitle>
      <div class="welcome">
        <h1>Write code together</h1>
        <p class="muted">Everyone in a session types into the same files, at once, and sees who is where.</p>
      </div>
      <SignInChoices />
    </Page>
  );
}
