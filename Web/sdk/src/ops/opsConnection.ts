import { Emitter } from "../emitter";
import { hubError, type CollabError } from "../errors";
import { plain } from "../session/plain";
import { SteadyConnection, type SteadyOptions } from "../session/steadyConnection";
import type { HubTransport } from "../session/transport";
import { applyPresence, type PresenceEvent, type PresenceModel } from "./presenceModel";

/** One node's figures; rates and latencies are of the last second. */
export interface NodeFigures {
  node: string;
  name: string;
  connections: number;
  openFiles: number;
  editsIn: number;
  editsOut: number;
  saveP50Ms: number;
  saveP99Ms: number;
  unsavedBytes: number;
  cpuPercent: number;
  memoryBytes: number;
  isDraining: boolean;
  /** Time since the node was last heard of, in ms. */
  silentMs: number;
}

/** One item of `WatchNodes`, every second. */
export interface NodesSample {
  at: string;
  /** The line to the other nodes is down: what is shown of them may be old. */
  isPartial: boolean;
  nodes: NodeFigures[];
}

/** Where the streams stand. `refused` is final: the account is no operator. */
export type OpsState =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "waiting"; delayMs: number }
  | { kind: "refused"; error: CollabError };

export interface OpsEvents {
  state: OpsState;
  nodes: NodesSample;
  presence: PresenceModel;
}

/** Both operators' streams over one connection; after a loss they start anew, with a new snapshot. */
export class OpsConnection extends Emitter<OpsEvents> {
  readonly #connection: SteadyConnection;
  #presence: PresenceModel = new Map();
  #state: OpsState = { kind: "connecting" };

  constructor(options: SteadyOptions) {
    super();
    this.#connection = new SteadyConnection(options, {
      listen: (transport) => transport.on("TokenExpiring", () => undefined),
      live: (transport, isCurrent) => this.#watch(transport, isCurrent),
      lost: (delayMs) => { if (this.#state.kind !== "refused") this.#become({ kind: "waiting", delayMs }); },
    });
  }

  get state(): OpsState {
    return this.#state;
  }

  start(): void {
    this.#connection.start();
  }

  stop(): Promise<void> {
    return this.#connection.stop();
  }

  #watch(transport: HubTransport, isCurrent: () => boolean): void {
    this.#become({ kind: "live" });
    const receive = <T>(then: (item: T) => void) => ({
      next: (item: unknown) => { if (isCurrent()) then(plain<T>(item)); },
      closed: () => { if (isCurrent()) void transport.stop(); },
      failed: (failure: unknown) => { if (isCurrent()) this.#failed(transport, failure); },
    });
    transport.stream("WatchNodes", [], receive<NodesSample>((sample) => this.emit("nodes", sample)));
    transport.stream("WatchPresence", [{}], receive<PresenceEvent>((event) => {
      this.#presence = applyPresence(this.#presence, event);
      this.emit("presence", this.#presence);
    }));
  }

  #failed(transport: HubTransport, failure: unknown): void {
    const error = hubError(failure);
    if (error.code === "ops.role_missing") {
      this.#become({ kind: "refused", error });
      void this.#connection.stop();
    } else {
      // The connection ends, and with the next one both streams begin anew.
      void transport.stop();
    }
  }

  #become(state: OpsState): void {
    this.#state = state;
    this.emit("state", state);
  }
}
