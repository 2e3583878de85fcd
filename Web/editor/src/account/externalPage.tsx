import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { readAnswer, takePending, type ExternalAnswer, type PendingExternal } from "@collabhub/sdk";
import { Page } from "../pages/page";
import { useAction } from "../state/async";
import { navigate } from "../state/router";
import { useAuth, useServices } from "../state/services";
import { Button, Problem, Skeleton } from "../ui/controls";
import { externalProblem } from "./fields";

/** Where a provider's answer lands: exchanges the one-time code in the fragment, then goes on to where the person wanted to be. */
export function ExternalPage({ fragment }: { fragment: string }): JSX.Element {
  // Read once: neither the secret nor the fragment is there a second time.
  const [arrival] = useState(() => ({ pending: takePending(sessionStorage), answer: readAnswer(fragment) }));
  const { pending, answer } = arrival;
  useEffect(() => { history.replaceState(null, "", window.location.pathname); }, []);
  if (answer.kind === "code" && pending !== null) return <Exchange answer={answer} pending={pending} />;
  return (
    <Failed next={pending?.purpose === "link" ? "/profile" : "/signin"}>
      <div class="problem" role="alert"><p>{externalProblem(answer.kind === "error" ? answer.code : "auth.external_failed")}</p></div>
    </Failed>
  );
}

function Exchange({ answer, pending }: { answer: ExternalAnswer & { kind: "code" }; pending: PendingExternal }): JSX.Element {
  const { auth, account } = useServices();
  const state = useAuth();
  const isReady = pending.purpose === "signIn" || state.kind === "signedIn";
  const exchange = useAction(async () => {
    const code = { code: answer.code, verifier: pending.verifier };
    if (pending.purpose === "link") await account.linkExternal(code);
    else await auth.external(code);
    navigate(pending.next, { replace: true });
  });
  useEffect(() => { if (isReady) exchange.run(); }, [isReady]);
  if (exchange.error === null) return <Page title="Signing in"><Skeleton rows={3} /></Page>;
  return (
    <Failed next={pending.purpose === "link" ? "/profile" : "/signin"}>
      <Problem error={exchange.error} {...(exchange.error.isTransient ? { onRetry: () => exchange.run() } : {})} />
    </Failed>
  );
}

function Failed({ next, children }: { next: string; children: JSX.Element }): JSX.Element {
  return (
    <Page title="Not signed in" hideTitle>
      <div class="card narrow">
        <h1>This did not work</h1>
        {children}
        <div class="actions"><Button kind="primary" autofocus onClick={() => navigate(next)}>{next === "/profile" ? "Back to my profile" : "Back to signing in"}</Button></div>
      </div>
    </Page>
  );
}
