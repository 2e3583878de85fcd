import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OpsConnection, type OpsState } from "../src/ops/opsConnection";
import { applyPresence, type PresenceEvent, type PresenceModel, type WatchedParticipant } from "../src/ops/presenceModel";
import type { HubTransport, StreamReceiver, TransportFactory } from "../src/session/transport";
import { FakeHub, person } from "./fakeHub";

const at = (sessionId: string, userId: string): WatchedParticipant => ({ ...person(userId), userId, sessionId });
const names = (model: PresenceModel): Record<string, string[]> => Object.fromEntries([...model].map(([id, people]) => [id, [...people.keys()].sort()]));

describe("the presence that operators see", () => {
  it("follows snapshot, joins, leaves and changes", () => {
    const events: PresenceEvent[] = [
      { kind: "snapshot", seq: 1, participants: [at("s1", "ada"), at("s2", "bob")] },
      { kind: "joined", seq: 2, sessionId: "s1", participants: [at("s1", "cyd")] },
      { kind: "left", seq: 3, sessionId: "s2", participants: [at("s2", "bob")] },
      { kind: "changed", seq: 4, sessionId: "s1", participants: [{ ...at("s1", "ada"), status: "away" }] },
    ];
    const model = events.reduce(applyPresence, new Map() as PresenceModel);
    expect(names(model)).toEqual({ s1: ["ada", "cyd"] });
    expect(model.get("s1")!.get("ada")!.status).toBe("away");
  });

  it("forgets everything before a snapshot", () => {
    const before = applyPresence(new Map(), { kind: "snapshot", seq: 1, participants: [at("s1", "ada")] });
    expect(names(applyPresence(before, { kind: "snapshot", seq: 2, participants: [at("s2", "bob")] }))).toEqual({ s2: ["bob"] });
    expect(names(before)).toEqual({ s1: ["ada"] });
  });
});

describe("the operators' connection", () => {
  let hub: FakeHub;
  let connection: OpsConnection;
  let states: OpsState["kind"][];
  let streams: Map<string, StreamReceiver<unknown>>;
  /** The fake hub serves files only: here its streams are the test's own. */
  const connect: TransportFactory = (accessToken) => {
    const inner = hub.connect(accessToken);
    return {
      start: () => inner.start(),
      stop: () => inner.stop(),
      invoke: (method, ...args) => inner.invoke(method, ...args),
      send: (method, ...args) => inner.send(method, ...args),
      on: (event, handler) => inner.on(event, handler),
      onClose: (handler) => inner.onClose(handler),
      stream: (method, _args, receiver) => {
        streams.set(method, receiver as StreamReceiver<unknown>);
        return () => undefined;
      },
    } satisfies HubTransport;
  };
  beforeEach(() => {
    vi.useFakeTimers();
    hub = new FakeHub();
    states = [];
    streams = new Map();
    connection = new OpsConnection({
      connect, random: () => 0.5, accessToken: async () => ({ value: "token", expiresAt: Date.now() + 600_000 }),
    });
    connection.on("state", (state) => states.push(state.kind));
  });
  afterEach(async () => {
    await connection.stop();
    vi.useRealTimers();
  });

  it("says when the line is lost and comes back", async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(50);
    expect(states).toEqual(["live"]);
    hub.dropAll();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(states).toEqual(["live", "waiting", "live"]);
  });

  it("passes both streams on", async () => {
    const heard: unknown[] = [];
    connection.on("nodes", (sample) => heard.push(sample.nodes.length));
    connection.on("presence", (model) => heard.push(names(model)));
    connection.start();
    await vi.advanceTimersByTimeAsync(50);
    streams.get("WatchNodes")!.next({ at: "2026-01-01T00:00:00Z", isPartial: false, nodes: [{}, {}] });
    streams.get("WatchPresence")!.next({ kind: "snapshot", seq: 1, participants: [at("s1", "ada")] });
    expect(heard).toEqual([2, { s1: ["ada"] }]);
  });

  it("takes a refusal for the last word", async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(50);
    streams.get("WatchNodes")!.failed(new Error("HubException: permission_denied: ops.role_missing"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.state).toMatchObject({ kind: "refused", error: { code: "ops.role_missing" } });
    expect(hub.connections.size).toBe(0);
  });
});
