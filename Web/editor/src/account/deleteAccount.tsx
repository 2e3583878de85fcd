import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { User } from "@collabhub/sdk";
import { useAction } from "../state/async";
import { useServices } from "../state/services";
import { Button, Field, Problem } from "../ui/controls";
import { Dialog } from "../ui/dialog";

/** Deletes the account, after saying what goes and what stays. */
export function DeleteAccount({ user }: { user: User }): JSX.Element {
  const [asking, setAsking] = useState(false);
  return (
    <section class="card" aria-labelledby="delete">
      <h2 id="delete">Delete the account</h2>
      <p class="muted">
        Workspaces without other members go with it. What you wrote in other people's workspaces stays, by “Deleted user”.
        Workspaces of yours that have other members must be transferred or deleted first.
      </p>
      <div class="actions"><Button kind="danger" onClick={() => setAsking(true)}>Delete my account…</Button></div>
      {asking && <Confirm user={user} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Confirm({ user, onClose }: { user: User; onClose: () => void }): JSX.Element {
  const { account, auth } = useServices();
  const [password, setPassword] = useState("");
  const remove = useAction(async () => {
    await account.deleteAccount(user.hasPassword ? password : null);
    await auth.signOut();
  });
  const errors = remove.error?.errors ?? {};
  return (
    <Dialog title="Delete this account?" onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); remove.run(); }}>
        <p>The account of <strong>{user.displayName}</strong> is deleted for good. Nobody can bring it back.</p>
        {user.hasPassword && (
          <Field label="Password" name="password" type="password" autocomplete="current-password" value={password} onInput={setPassword} errors={errors["password"]} required autofocus maxLength={128} />
        )}
        <Problem error={Object.keys(errors).length > 0 ? null : remove.error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" busy={remove.busy}>Delete for good</Button>
        </div>
      </form>
    </Dialog>
  );
}
