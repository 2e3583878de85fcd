import type { JSX } from "preact";
import { beginExternal, type PendingExternal } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Problem } from "../ui/controls";

/** Sends the browser to a provider; it comes back to `/signin/external`. */
export async function goToProvider(provider: string, purpose: PendingExternal["purpose"], next: string): Promise<void> {
  window.location.assign(await beginExternal(sessionStorage, { provider, purpose, next }));
}

/** One button for each provider of the server. The secret's hash needs `crypto.subtle`, which browsers give on https and localhost only. */
export function ProviderButtons({ next }: { next: string }): JSX.Element | null {
  const { account } = useServices();
  const [state] = useLoad("providers", () => account.providers());
  const go = useAction((name: string) => goToProvider(name, "signIn", next));
  // Whoever cannot load them signs in with a password, below; an error here would only be in the way.
  if (state.kind !== "ready" || state.value.length === 0 || !window.isSecureContext) return null;
  return (
    <div class="providers">
      {state.value.map((provider) => (
        <Button key={provider.name} busy={go.busy} onClick={() => go.run(provider.name)}>Continue with {provider.displayName}</Button>
      ))}
      <Problem error={go.error} />
      <p class="or muted">or with a password</p>
    </div>
  );
}
