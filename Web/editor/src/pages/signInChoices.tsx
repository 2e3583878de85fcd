import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ProviderButtons } from "../account/providerButtons";
import { useAction } from "../state/async";
import { Link, pathOr, useAddress } from "../state/router";
import { useServices } from "../state/services";
import { Button, Field, Problem } from "../ui/controls";

/** Sign in, register, or go on as a guest: three equal ways in. Whoever shows it sees the sign-in happen through `useAuth`. */
export function SignInChoices({ guestLabel = "Continue as guest" }: { guestLabel?: string }): JSX.Element {
  const { pathname, searchParams } = useAddress();
  // A token in a fragment does not travel through the provider and back; such a page begins again.
  const next = pathname === "/signin" ? pathOr(searchParams.get("next"), "/") : pathname;
  const [mode, setMode] = useState<"login" | "register">("login");
  return (
    <div class="ways-in">
      <section class="card" aria-labelledby="with-account">
        <h2 id="with-account" class="visually-hidden">With an account</h2>
        <div class="tabs" role="group" aria-label="With an account">
          <Mode label="Sign in" selected={mode === "login"} onSelect={() => setMode("login")} />
          <Mode label="Create account" selected={mode === "register"} onSelect={() => setMode("register")} />
        </div>
        <ProviderButtons next={next} />
        {mode === "login" ? <LoginForm /> : <RegisterForm />}
      </section>
      <section class="card" aria-labelledby="as-guest">
        <h2 id="as-guest">As a guest</h2>
        <GuestForm label={guestLabel} />
      </section>
    </div>
  );
}

function Mode({ label, selected, onSelect }: { label: string; selected: boolean; onSelect: () => void }): JSX.Element {
  return <button type="button" aria-pressed={selected} onClick={onSelect}>{label}</button>;
}

const onSubmit = (run: () => void) => (event: SubmitEvent): void => {
  event.preventDefault();
  run();
};

function LoginForm(): JSX.Element {
  const { auth } = useServices();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useAction(() => auth.login({ login, password }));
  return (
    <form onSubmit={onSubmit(signIn.run)}>
      <Field label="E-mail or username" name="login" autocomplete="username" value={login} onInput={setLogin} errors={signIn.error?.errors["login"]} required autofocus />
      <Field label="Password" name="password" type="password" autocomplete="current-password" value={password} onInput={setPassword} errors={signIn.error?.errors["password"]} required />
      <Problem error={general(signIn.error)} />
      <Link to="/forgot-password">Forgot your password?</Link>
      <Button type="submit" kind="primary" busy={signIn.busy}>Sign in</Button>
    </form>
  );
}

function RegisterForm(): JSX.Element {
  const { auth } = useServices();
  const [email, setEmail] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const register = useAction(() => auth.register({ email, username, password }));
  const errors = register.error?.errors ?? {};
  return (
    <form onSubmit={onSubmit(register.run)}>
      <Field label="E-mail" name="email" type="email" autocomplete="email" value={email} onInput={setEmail} errors={errors["email"]} required autofocus />
      <Field label="Username" name="username" autocomplete="username" value={username} onInput={setUsername} errors={errors["username"]} required />
      <Field
        label="Password" name="password" type="password" autocomplete="new-password" value={password} onInput={setPassword}
        errors={errors["password"]} hint="12 characters or more. A few unrelated words work well." maxLength={128} required
      />
      <Problem error={general(register.error)} />
      <Button type="submit" kind="primary" busy={register.busy}>Create account</Button>
    </form>
  );
}

function GuestForm({ label }: { label: string }): JSX.Element {
  const { auth } = useServices();
  const [name, setName] = useState("");
  const join = useAction(() => auth.guest(name.trim() === "" ? undefined : name.trim()));
  return (
    <form onSubmit={onSubmit(join.run)}>
      <p class="muted">No account, no e-mail. You can start a session, or join one that someone shared with you.</p>
      <Field label="Your name" name="displayName" autocomplete="nickname" value={name} onInput={setName} errors={join.error?.errors["displayName"]} hint="Optional. Others see it at your cursor." maxLength={100} />
      <Problem error={general(join.error)} />
      <Button type="submit" kind="primary" busy={join.busy}>{label}</Button>
    </form>
  );
}

/** An error that belongs to no field. */
const general = <E extends { errors: Record<string, string[]> }>(error: E | null): E | null =>
  error !== null && Object.keys(error.errors).length > 0 ? null : error;
