import type { JSX } from "preact";
import type { Device } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Problem, Skeleton } from "../ui/controls";
import { ago } from "../ui/format";
import { deviceName } from "./fields";

/** Where the account is signed in, and the way to end that. */
export function Devices(): JSX.Element {
  const { account } = useServices();
  const [state, reload] = useLoad("devices", () => account.devices());
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">Devices</h2>
      {state.kind === "loading" && <Skeleton rows={2} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {state.kind === "ready" && state.value.length === 0 && <p class="muted">No device is signed in.</p>}
      {state.kind === "ready" && (
        <ul class="rows">
          {state.value.map((device) => <DeviceRow key={device.tokenId} device={device} onRevoked={reload} />)}
        </ul>
      )}
    </section>
  );
}

function DeviceRow({ device, onRevoked }: { device: Device; onRevoked: () => void }): JSX.Element {
  const { account } = useServices();
  const revoke = useAction(async () => {
    await account.revokeDevice(device.tokenId);
    onRevoked();
  });
  const name = deviceName(device.deviceInfo);
  return (
    <li class="row static">
      <span class="row-name">
        <span title={device.deviceInfo ?? undefined}>{name}</span>
        <span class="row-note muted">
          {device.ipAddress !== null && <>{device.ipAddress} · </>}last used {ago(device.lastUsedAt)} · signed in {ago(device.signedInAt)}
        </span>
        <Problem error={revoke.error} />
      </span>
      {device.isCurrent
        ? <span class="badge">this device</span>
        : <Button busy={revoke.busy} onClick={() => revoke.run()}>Sign out<span class="visually-hidden"> {name}</span></Button>}
    </li>
  );
}
