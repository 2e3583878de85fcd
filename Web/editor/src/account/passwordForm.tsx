import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useAction } from "../state/async";
import { useServices } from "../state/services";
import { Button, Field, Problem } from "../ui/controls";

export const passwordHint = "12 characters or more. A few unrelated words work well.";

/** Changes the password; every other device is signed out. */
export function PasswordForm(): JSX.Element {
  const { account } = useServices();
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [done, setDone] = useState(false);
  const change = useAction(async () => {
    await account.changePassword(current, wanted);
    setCurrent("");
    setWanted("");
    setDone(true);
  });
  const errors = change.error?.errors ?? {};
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">Password</h2>
      <form onSubmit={(event) => { event.preventDefault(); setDone(false); change.run(); }}>
        <Field label="Current password" name="currentPassword" type="password" autocomplete="current-password" value={current} onInput={setCurrent} errors={errors["currentPassword"]} required maxLength={128} />
        <Field label="New password" name="newPassword" type="password" autocomplete="new-password" value={wanted} onInput={setWanted} errors={errors["newPassword"]} hint={passwordHint} required maxLength={128} />
        <Problem error={Object.keys(errors).length > 0 ? null : change.error} />
        <div class="actions">
          <Button type="submit" busy={change.busy}>Change password</Button>
          {done && <span class="muted" role="status">Changed. Your other devices were signed out.</span>}
        </div>
      </form>
    </section>
  );
}
