import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { User } from "@collabhub/sdk";
import { Page } from "../pages/page";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Field, Problem, Skeleton } from "../ui/controls";
import { DeleteAccount } from "./deleteAccount";
import { Devices } from "./devices";
import { changeOf, formOf, type ProfileForm } from "./fields";
import { LinkedSignIn } from "./linkedSignIn";
import { PasswordForm } from "./passwordForm";

/** The own account: who I am to others, how I sign in, where I am signed in. */
export function ProfilePage(): JSX.Element {
  const { account } = useServices();
  const [state, reload] = useLoad("me", () => account.me());
  return (
    <Page title="Profile">
      {state.kind === "loading" && <Skeleton rows={6} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {state.kind === "ready" && (
        <>
          <Profile user={state.value} onChanged={reload} />
          {state.value.email !== null && <Email user={state.value} />}
          {state.value.hasPassword && <PasswordForm />}
          <LinkedSignIn user={state.value} onChanged={reload} />
          <Devices />
          <DeleteAccount user={state.value} />
        </>
      )}
    </Page>
  );
}

function Profile({ user, onChanged }: { user: User; onChanged: () => void }): JSX.Element {
  const { account, auth } = useServices();
  const [form, setForm] = useState<ProfileForm>(formOf(user));
  const [saved, setSaved] = useState(false);
  const change = changeOf(user, form);
  const save = useAction(async () => {
    if (change === null) return;
    await account.update(change);
    await auth.accessToken({ fresh: true }); // brings the new name to the bar at the top
    setSaved(true);
    onChanged();
  });
  const errors = save.error?.errors ?? {};
  const set = (field: keyof ProfileForm) => (text: string): void => {
    setSaved(false);
    setForm({ ...form, [field]: text });
  };
  return (
    <section class="card" aria-labelledby="about-you">
      <h2 id="about-you">About you</h2>
      <form onSubmit={(event) => { event.preventDefault(); save.run(); }}>
        {!user.isGuest && <Field label="Username" name="username" autocomplete="username" value={form.username} onInput={set("username")} errors={errors["username"]} required />}
        <div class="pair">
          <Field label={user.isGuest ? "Your name" : "First name"} name="firstName" autocomplete="given-name" value={form.firstName} onInput={set("firstName")} errors={errors["firstName"]} maxLength={100} />
          <Field label="Last name" name="lastName" autocomplete="family-name" value={form.lastName} onInput={set("lastName")} errors={errors["lastName"]} maxLength={100} />
        </div>
        <Field label="Picture" name="profileImageUrl" value={form.profileImageUrl} onInput={set("profileImageUrl")} errors={errors["profileImageUrl"]} hint="Address of an image, beginning with https://. Optional." maxLength={500} />
        <Problem error={Object.keys(errors).length > 0 ? null : save.error} />
        <div class="actions">
          <Button type="submit" kind="primary" busy={save.busy} disabled={change === null}>Save</Button>
          {saved && change === null && <span class="muted" role="status">Saved</span>}
        </div>
      </form>
    </section>
  );
}

function Email({ user }: { user: User }): JSX.Element {
  const { account } = useServices();
  const [sent, setSent] = useState(false);
  const resend = useAction(async () => {
    await account.resendVerification(user.email!);
    setSent(true);
  });
  return (
    <section class="card" aria-labelledby="email">
      <h2 id="email">E-mail</h2>
      <div class="actions">
        <span>{user.email}</span>
        <span class="badge">{user.emailVerified ? "verified" : "not verified"}</span>
      </div>
      {!user.emailVerified && (
        <div class="actions">
          {sent
            ? <span role="status">We sent a link to this address. It works for 24 hours.</span>
            : <Button icon="mail" busy={resend.busy} onClick={() => resend.run()}>Send the confirmation again</Button>}
        </div>
      )}
      <Problem error={resend.error} />
    </section>
  );
}
