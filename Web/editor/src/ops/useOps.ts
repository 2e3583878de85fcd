import { useEffect, useState } from "preact/hooks";
import type { NodesSample, OpsConnection, OpsState, PresenceModel } from "@collabhub/sdk";
import { momentOf, remember, type Moment } from "./history";

export interface OpsView {
  state: OpsState;
  sample: NodesSample | null;
  moments: readonly Moment[];
  presence: PresenceModel;
}

/** Both streams while the page is open. What was last heard stays when the connection goes; `state` says that it is old. */
export function useOps(connect: () => OpsConnection): OpsView {
  const [view, setView] = useState<OpsView>({ state: { kind: "connecting" }, sample: null, moments: [], presence: new Map() });
  useEffect(() => {
    const connection = connect();
    connection.on("state", (state) => setView((before) => ({ ...before, state })));
    connection.on("nodes", (sample) => setView((before) => ({ ...before, sample, moments: remember(before.moments, momentOf(sample)) })));
    connection.on("presence", (presence) => setView((before) => ({ ...before, presence })));
    connection.start();
    return () => void connection.stop();
  }, [connect]);
  return view;
}
