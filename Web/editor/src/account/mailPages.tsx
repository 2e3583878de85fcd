import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Page } from "../pages/page";
import { useAction } from "../state/async";
import { Link, navigate } from "../state/router";
import { useAuth, useServices } from "../state/services";
import { Button, Field, Problem, Skeleton } from "../ui/controls";
import { passwordHint } from "./passwordForm";

/** Behind the link of the verification mail. */
export function VerifyEmailPage({ token }: { token: string }): JSX.Element {
  const { account, auth } = useServices();
  const state = useAuth();
  const [done, setDone] = useState(false);
  const verify = useAction(async () => {
    await account.verifyEmail(token);
    setDone(true);
    if (auth.state.kind === "signedIn") await auth.accessToken({ fresh: true });
  });
  useEffect(() => { if (token !== "") verify.run(); }, [token]);
  if (done) {
    return (
      <Result title="Your address is confirmed">
        <Button kind="primary" autofocus onClick={() => navigate("/")}>{state.kind === "signedIn" ? "Go to my workspaces" : "Sign in"}</Button>
      </Result>
    );
  }
  if (token !== "" && verify.error === null) return <Page title="Confirming your address"><Skeleton rows={2} /></Page>;
  return (
    <Result title="This link does not work">
      {verify.error?.isTransient === true
        ? <Problem error={verify.error} onRetry={() => verify.run()} />
        : <p class="muted">It was used, is older than 24 hours, or a newer one was sent. Ask for another on your profile page.</p>}
      <Button onClick={() => navigate("/profile")}>Go to my profile</Button>
    </Result>
  );
}

/** Asks for a reset mail. */
export function ForgotPasswordPage(): JSX.Element {
  const { account } = useServices();
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const ask = useAction(async () => {
    await account.forgotPassword(email.trim());
    setSent(true);
  });
  const errors = ask.error?.errors ?? {};
  if (sent) {
    return (
      <Result title="Look into your mailbox">
        <p class="muted" role="status">If there is an account with the address {email.trim()}, a link to choose a new password is on its way. It works for 30 minutes.</p>
        <Button onClick={() => navigate("/signin")}>Back to signing in</Button>
      </Result>
    );
  }
  return (
    <Result title="Forgot your password?">
      <form onSubmit={(event) => { event.preventDefault(); ask.run(); }}>
        <Field label="E-mail" name="email" type="email" autocomplete="email" value={email} onInput={setEmail} errors={errors["email"]} hint="We send a link to choose a new one." required autofocus />
        <Problem error={Object.keys(errors).length > 0 ? null : ask.error} />
        <Button type="submit" kind="primary" busy={ask.busy}>Send the link</Button>
      </form>
      <Link to="/signin">Back to signing in</Link>
    </Result>
  );
}

/** Behind the link of the reset mail. */
export function ResetPasswordPage({ token }: { token: string }): JSX.Element {
  const { account, auth } = useServices();
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const reset = useAction(async () => {
    await account.resetPassword(token, password);
    setDone(true);
    await auth.signOut(); // the reset ended every sign-in, this browser's too
  });
  const errors = reset.error?.errors ?? {};
  if (done) {
    return (
      <Result title="Your password is changed">
        <p class="muted" role="status">Every device was signed out. Sign in with the new password.</p>
        <Button kind="primary" autofocus onClick={() => navigate("/signin")}>Sign in</Button>
      </Result>
    );
  }
  if (token === "" || reset.error?.code === "account.token_gone") {
    return (
      <Result title="This link does not work">
        <p class="muted">It was used, is older than 30 minutes, or a newer one was sent.</p>
        <Button kind="primary" onClick={() => navigate("/forgot-password")}>Ask for another</Button>
      </Result>
    );
  }
  return (
    <Result title="Choose a new password">
      <form onSubmit={(event) => { event.preventDefault(); reset.run(); }}>
        <Field label="New password" name="password" type="password" autocomplete="new-password" value={password} onInput={setPassword} errors={errors["password"]} hint={passwordHint} required autofocus maxLength={128} />
        <Problem error={Object.keys(errors).length > 0 ? null : reset.error} />
        <Button type="submit" kind="primary" busy={reset.busy}>Change password</Button>
      </form>
    </Result>
  );
}

function Result({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <Page title={title} hideTitle>
      <div class="card narrow">
        <h1>{title}</h1>
        {children}
      </div>
    </Page>
  );
}
