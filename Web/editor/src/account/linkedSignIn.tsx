import type { JSX } from "preact";
import type { Provider, User } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Problem, Skeleton } from "../ui/controls";
import { goToProvider } from "./providerButtons";

/** The providers that the account can be signed in to with; nothing where the server has none. */
export function LinkedSignIn({ user, onChanged }: { user: User; onChanged: () => void }): JSX.Element | null {
  const { account } = useServices();
  const [state, reload] = useLoad("providers", () => account.providers());
  if (user.isGuest || (state.kind === "ready" && state.value.length === 0 && user.externalProvider === null)) return null;
  return (
    <section aria-labelledby="linked">
      <h2 id="linked">Other ways to sign in</h2>
      {state.kind === "loading" && <Skeleton rows={1} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {state.kind === "ready" && (
        <ul class="rows">
          {state.value.map((provider) => <ProviderRow key={provider.name} provider={provider} user={user} onChanged={onChanged} />)}
        </ul>
      )}
    </section>
  );
}

function ProviderRow({ provider, user, onChanged }: { provider: Provider; user: User; onChanged: () => void }): JSX.Element {
  const { account } = useServices();
  const link = useAction(() => goToProvider(provider.name, "link", "/profile"));
  const unlink = useAction(async () => {
    await account.unlinkExternal(provider.name);
    onChanged();
  });
  const isLinked = user.externalProvider === provider.name;
  return (
    <li class="row static">
      <span class="row-name">
        <span>{provider.displayName}</span>
        <span class="row-note muted">{isLinked ? "linked" : "not linked"}</span>
        <Problem error={unlink.error ?? link.error} />
      </span>
      {isLinked && <Button busy={unlink.busy} onClick={() => unlink.run()}>Remove the link</Button>}
      {user.externalProvider === null && <Button busy={link.busy} onClick={() => link.run()}>Link</Button>}
    </li>
  );
}
