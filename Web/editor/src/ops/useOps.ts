import { useEffect, useState } from "preact/hooks";
import type { NodesSample, OpsConnection, OpsState, PresenceModel } from "@collabhub/sdk";
import { momentOf, remember, type Moment } from "./history";
import { withSample, type ShownNode } from "./roster";

export interface OpsView {
  state: OpsState;
  sample: NodesSample | null;
  /** When the sample came, by this computer's clock: the server's may differ. */
  heardAt: number;
  roster: readonly ShownNode[];
  moments: readonly Moment[];
  presence: PresenceModel;
}

const nothing: OpsView = { state: { kind: "connecting" }, sample: null, heardAt: 0, roster: [], moments: [], presence: new Map() };

/** Both streams while the page is open. What was last heard stays when the connection goes; `state` and `heardAt` say that it is old. */
export function useOps(connect: () => OpsConnection): OpsView {
  const [view, setView] = useState(nothing);
  useEffect(() => {
    const connection = connect();
    connection.on("state", (state) => setView((before) => ({ ...before, state })));
    connection.on("nodes", (sample) => setView((before) => withNodes(before, sample, Date.now())));
    connection.on("presence", (presence) => setView((before) => ({ ...before, presence })));
    connection.start();
    return () => void connection.stop();
  }, [connect]);
  return view;
}

const withNodes = (before: OpsView, sample: NodesSample, heardAt: number): OpsView => ({
  ...before, sample, heardAt, roster: withSample(before.roster, sample, heardAt), moments: remember(before.moments, momentOf(sample)),
});
