import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoffMs, maxBackoffMs } from "../src/backoff";
import { SessionConnection } from "../src/session/sessionConnection";
import type { ConnectionState } from "../src/session/sessionState";
import { aFile, aSession, FakeHub, person } from "./fakeHub";

const settle = (ms = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("the wait between attempts", () => {
  it("grows to 30 s, never beyond, and is spread from zero", () => {
    for (let attempt = 0; attempt < 60; attempt++) {
      const longest = backoffMs(attempt, () => 0.999999);
      expect(longest).toBeLessThanOrEqual(maxBackoffMs);
      expect(longest).toBeLessThanOrEqual(250 * 2 ** attempt);
      expect(backoffMs(attempt, () => 0)).toBe(0);
    }
    expect(backoffMs(7, () => 0.999999)).toBeGreaterThan(maxBackoffMs - 2);
  });
});

describe("a session", () => {
  let hub: FakeHub;
  let connection: SessionConnection;
  let tokens: { fresh?: boolean }[];
  let lifetimeMs: number;
  let refuseTokens: boolean;
  beforeEach(() => {
    vi.useFakeTimers();
    hub = new FakeHub();
    tokens = [];
    lifetimeMs = 600_000;
    refuseTokens = false;
    connection = new SessionConnection({
      sessionId: "s1", connect: hub.connect, random: () => 0.5,
      accessToken: async (options = {}) => {
        if (refuseTokens) throw new Error("the network is away");
        tokens.push(options);
        return { value: `token ${tokens.length}`, expiresAt: Date.now() + lifetimeMs };
      },
    });
  });
  afterEach(() => { vi.useRealTimers(); });

  it("joins, and joins again after the connection was lost", async () => {
    connection.start();
    await settle();
    expect(connection.state).toEqual({ kind: "live" });
    hub.dropAll();
    expect(connection.state).toMatchObject({ kind: "connecting", attempt: 0 });
    await settle(500);
    expect(connection.state).toEqual({ kind: "live" });
    expect(hub.invocations.filter(({ method }) => method === "JoinSession").length).toBe(2);
    expect(hub.connections.size).toBe(1);
  });

  it("goes on trying while the server is away, and tells when the next attempt is due", async () => {
    hub.down = new Error("refused");
    const states: ConnectionState[] = [];
    connection.on("state", (state) => states.push(state));
    connection.start();
    await settle(300_000);
    const waits = states.filter((state) => state.kind === "connecting" && state.retryAt !== null);
    expect(waits.length).toBeGreaterThan(10);
    hub.down = null;
    connection.retryNow();
    await settle();
    expect(connection.state).toEqual({ kind: "live" });
  });

  it("does not try again when the session does not exist", async () => {
    hub.refuseJoin = new Error("An unexpected error occurred invoking 'JoinSession' on the server. HubException: not_found: session.not_found");
    connection.start();
    await settle(60_000);
    expect(connection.state).toMatchObject({ kind: "offline", error: { code: "session.not_found", status: 404 } });
    expect(hub.invocations.length).toBe(1);
  });

  it("tells where one is, again after a reconnect", async () => {
    connection.start();
    await settle();
    connection.setPresence({ status: "away", fileId: "f1" });
    hub.dropAll();
    await settle(500);
    const said = hub.invocations.filter(({ method }) => method === "SetPresence");
    expect(said.at(-1)?.args).toEqual(["s1", { status: "away", fileId: "f1" }]);
    expect(said.length).toBe(3);
  });

  it("repeats where it is while it is in front, and not while it is not", async () => {
    const said = (): unknown[] => hub.invocations.filter(({ method }) => method === "SetPresence").map(({ args }) => args[1]);
    connection.start();
    await settle(10);
    await settle(4_500);
    expect(said()).toEqual(Array.from({ length: 4 }, () => ({ status: "online" })));
    connection.setPresence({ status: "away" });
    await settle(60_000);
    expect(said().slice(4)).toEqual([{ status: "away" }]);
    connection.setPresence({ status: "online" });
    await connection.stop();
    await settle(60_000);
    expect(said().length).toBe(6);
  });

  it("hands over a new token before the old one expires", async () => {
    lifetimeMs = 300_000;
    connection.start();
    await settle(241_000);
    expect(hub.invocations.filter(({ method }) => method === "RenewToken").map(({ args }) => args)).toEqual([["token 2"]]);
    expect(tokens[1]).toEqual({ fresh: true });
    await settle(240_000);
    expect(hub.invocations.filter(({ method }) => method === "RenewToken").length).toBe(2);
  });

  it("asks for a new token again when that failed, and stays connected meanwhile", async () => {
    lifetimeMs = 300_000;
    connection.start();
    await settle();
    refuseTokens = true;
    await settle(250_000);
    expect(connection.state).toEqual({ kind: "live" });
    expect(hub.invocations.some(({ method }) => method === "RenewToken")).toBe(false);
    refuseTokens = false;
    await settle(15_000);
    expect(hub.invocations.filter(({ method }) => method === "RenewToken").length).toBe(1);
  });

  it("keeps the lists right when events repeat, come late, or belong to another session", async () => {
    connection.start();
    await settle();
    const names = (): string[] => [...connection.model!.participants.keys()].sort();
    hub.raise("ParticipantLeft", { sessionId: "s1", participant: person("nobody") });
    hub.raise("PresenceChanged", { sessionId: "s1", changes: [person("grace", { status: "away" })] });
    hub.raise("ParticipantJoined", { sessionId: "s1", participant: person("grace") });
    hub.raise("ParticipantJoined", { sessionId: "other", participant: person("mallory") });
    expect(names()).toEqual(["ada", "grace"]);
    hub.raise("ParticipantLeft", { sessionId: "s1", participant: person("grace") });
    hub.raise("ParticipantLeft", { sessionId: "s1", participant: person("grace") });
    expect(names()).toEqual(["ada"]);

    hub.raise("FileChanged", { workspaceId: "w1", file: aFile("f1", { path: "new.js", updatedAt: "2026-02-01T00:00:00Z" }) });
    hub.raise("FileChanged", { workspaceId: "w1", file: aFile("f1", { path: "old.js" }) });
    expect(connection.model!.files.get("f1")?.path).toBe("new.js");
    hub.raise("FileRemoved", { workspaceId: "w1", file: aFile("f1") });
    hub.raise("FileChanged", { workspaceId: "w1", file: aFile("f1", { updatedAt: "2026-03-01T00:00:00Z" }) });
    expect(connection.model!.files.size).toBe(0);
  });

  it("applies events that overtake the snapshot", async () => {
    const snapshot = hub.snapshot;
    hub.snapshot = () => {
      hub.raise("ParticipantJoined", { sessionId: "s1", participant: person("grace") });
      return snapshot();
    };
    connection.start();
    await settle();
    expect([...connection.model!.participants.keys()].sort()).toEqual(["ada", "grace"]);
  });

  it("reads times that MessagePack delivers as dates", async () => {
    hub.snapshot = () => ({
      session: { ...aSession, createdAt: new Date("2026-01-02T03:04:05Z") as unknown as string }, you: person("ada"), participants: [], files: [],
    });
    connection.start();
    await settle();
    expect(connection.model!.session.createdAt).toBe("2026-01-02T03:04:05.000Z");
  });

  it("stops for good when one is removed from it", async () => {
    connection.start();
    await settle();
    hub.raise("ParticipantRemoved", { sessionId: "s1", userId: "ada" });
    await settle(60_000);
    expect(connection.state).toMatchObject({ kind: "offline", error: { code: "access.revoked" } });
    expect(hub.connections.size).toBe(0);
  });
});
