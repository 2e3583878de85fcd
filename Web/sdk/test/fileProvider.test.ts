import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import { FileProvider } from "../src/file/fileProvider";
import { SessionConnection } from "../src/session/sessionConnection";
import { FakeHub } from "./fakeHub";

const random = (): number => 0.5;

function open(hub: FakeHub): { connection: SessionConnection; file: FileProvider } {
  const connection = new SessionConnection({
    sessionId: "s1", connect: hub.connect, random, accessToken: async () => ({ value: "token", expiresAt: Date.now() + 600_000 }),
  });
  const file = new FileProvider(connection, "f1", { random });
  connection.start();
  return { connection, file };
}

const settle = (ms = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const text = (file: FileProvider): string => file.binding.text.toString();

describe("a file", () => {
  let hub: FakeHub;
  beforeEach(() => {
    vi.useFakeTimers();
    hub = new FakeHub();
    hub.doc().getText("content").insert(0, "hello");
  });
  afterEach(() => { vi.useRealTimers(); });

  it("shows the server's text and what others type", async () => {
    const { file } = open(hub);
    expect(file.state.stage.kind).toBe("loading");
    await settle();
    expect(text(file)).toBe("hello");
    hub.type(5, " world");
    expect(text(file)).toBe("hello world");
    expect(hub.pushes).toEqual([]);
  });

  it("pushes what is typed, numbered from 1, and is saved only when the server says so", async () => {
    hub.savesAtOnce = false;
    const { file } = open(hub);
    await settle();
    expect(file.state.save).toEqual({ kind: "saved" });
    file.binding.text.insert(5, "!");
    expect(file.state.save.kind).toBe("saving");
    await settle();
    file.binding.text.insert(6, "?");
    await settle();
    expect(hub.text()).toBe("hello!?");
    expect(hub.pushes.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(file.state.save.kind).toBe("saving");
    hub.frame({ kind: "saved", seq: 1 });
    expect(file.state.save.kind).toBe("saving");
    hub.frame({ kind: "saved", seq: 2 });
    expect(file.state.save).toEqual({ kind: "saved" });
  });

  it("gathers a burst of typing into few edits", async () => {
    const { file } = open(hub);
    await settle();
    for (let i = 0; i < 50; i++) file.binding.text.insert(0, "x");
    await settle();
    expect(hub.text()).toBe("x".repeat(50) + "hello");
    expect(hub.pushes.length).toBe(1);
  });

  it("keeps what is typed offline, deletions included, and merges it on return", async () => {
    const { file } = open(hub);
    await settle();
    hub.down = new Error("no route");
    hub.dropAll();
    file.binding.text.delete(0, 1);
    file.binding.text.insert(0, "J");
    hub.type(5, " there");
    expect(file.state.save.kind).toBe("unsaved");
    await settle(60_000);
    expect(file.state.save.kind).toBe("unsaved");
    hub.down = null;
    await settle(30_000);
    expect(hub.text()).toBe("Jello there");
    expect(text(file)).toBe("Jello there");
    expect(file.state.save).toEqual({ kind: "saved" });
    expect(hub.pushes.map(({ seq }) => seq)).toEqual([1]);
  });

  it("counts an edit that reached the server but was not saved as unsaved, and asks again after a reconnect", async () => {
    hub.savesAtOnce = false;
    const { file } = open(hub);
    await settle();
    file.binding.text.insert(5, "!");
    await settle();
    expect(hub.text()).toBe("hello!");
    hub.dropAll();
    expect(file.state.save.kind).toBe("unsaved");
    await settle(1_000);
    expect(file.state.save.kind).toBe("saving");
    expect(hub.pushes.length).toBe(2); // the server's copy has it; only `saved` says that it is stored
    hub.save();
    expect(file.state.save).toEqual({ kind: "saved" });
    expect(hub.text()).toBe("hello!");
  });

  it("gives a server that lost unsaved edits all of them back", async () => {
    hub.savesAtOnce = false;
    const { file } = open(hub);
    await settle();
    const stored = Y.encodeStateAsUpdate(hub.doc());
    file.binding.text.insert(5, " again");
    await settle();
    hub.dropAll();
    const restarted = new Y.Doc();
    Y.applyUpdate(restarted, stored);
    hub.docs.set("f1", restarted);
    await settle(1_000);
    expect(hub.text()).toBe("hello again");
  });

  it("does not push as a viewer", async () => {
    hub.role = "viewer";
    const { file } = open(hub);
    await settle();
    expect(file.state.role).toBe("viewer");
    file.binding.text.insert(0, "mine ");
    await settle();
    expect(hub.pushes).toEqual([]);
    expect(text(file)).toBe("hello");
    expect(file.state.save).toEqual({ kind: "refused", code: "file.read_only" });
    expect(file.refusals.map((refusal) => refusal.text)).toEqual(["mine hello"]);
  });

  it("stops pushing when the role is taken away, and goes on when it is given back", async () => {
    const { file } = open(hub);
    await settle();
    hub.frame({ kind: "role", role: "viewer" });
    expect(file.state.role).toBe("viewer");
    hub.frame({ kind: "role", role: "editor" });
    file.binding.text.insert(5, "!");
    await settle();
    expect(hub.text()).toBe("hello!");
  });

  it("opens nothing any more once it was let go of, not even when that is because of what it is about to do", async () => {
    const { connection, file } = open(hub);
    await settle();
    file.on("state", ({ save }) => { if (save.kind === "refused") file.destroy(); });
    hub.rejectWith = "edit.too_large";
    file.binding.text.insert(0, "too much");
    await settle();
    expect(file.refusals.length).toBe(1);
    expect(hub.streams.size).toBe(0);
    hub.down = new Error("down");
    hub.dropAll();
    await settle(5_000);
    hub.down = null;
    connection.retryNow();
    await settle();
    expect(connection.state.kind).toBe("live");
    expect(hub.streams.size).toBe(0);
  });

  it("returns to the server's text when an edit is refused, and hands the refused text out", async () => {
    const { file } = open(hub);
    await settle();
    const bindings: string[] = [];
    const refused = vi.fn();
    file.on("binding", ({ text: shared }) => bindings.push(shared.toString()));
    file.on("refused", refused);
    hub.rejectWith = "edit.too_large";
    file.binding.text.insert(5, " too much");
    await settle();
    hub.rejectWith = null;
    expect(refused).toHaveBeenCalledExactlyOnceWith({ code: "edit.too_large", text: "hello too much" });
    expect(bindings.length).toBe(1);
    expect(text(file)).toBe("hello");
    expect(file.state.save).toEqual({ kind: "refused", code: "edit.too_large" });
    file.dismissRefusals();
    file.binding.text.insert(5, "!");
    await settle();
    expect(hub.text()).toBe("hello!");
    expect(file.state.save).toEqual({ kind: "saved" });
  });

  it("keeps an edit that the store could not take, and sends it again", async () => {
    const { file } = open(hub);
    await settle();
    hub.rejectWith = "store.unavailable";
    file.binding.text.insert(5, "!");
    await settle();
    expect(file.state.save).toMatchObject({ kind: "unsaved", code: "store.unavailable" });
    hub.rejectWith = null;
    await settle(5_000);
    expect(hub.text()).toBe("hello!");
    expect(file.state.save).toEqual({ kind: "saved" });
  });

  it("stays closed when the file is deleted", async () => {
    const { file } = open(hub);
    await settle();
    hub.frame({ kind: "closed", code: "file.deleted" });
    await settle(60_000);
    expect(file.state.stage).toEqual({ kind: "closed", code: "file.deleted" });
    expect(hub.streams.size).toBe(0);
  });

  it("keeps for the person what was not saved when the access ends, and is not said to be reconnecting", async () => {
    hub.savesAtOnce = false;
    const { connection, file } = open(hub);
    await settle();
    file.binding.text.insert(5, " unsaved");
    await settle();
    hub.raise("ParticipantRemoved", { sessionId: "s1", userId: "ada" });
    await settle();
    expect(file.state.stage).toEqual({ kind: "closed", code: "access.revoked" });
    expect(file.state.save).toEqual({ kind: "refused", code: "access.revoked" });
    expect(file.refusals).toEqual([{ code: "access.revoked", text: "hello unsaved" }]);
    // Let in again: the text of the server, and the kept one beside it.
    connection.retryNow();
    await settle();
    expect(file.state.stage).toEqual({ kind: "open" });
    expect(file.refusals.length).toBe(1);
    expect(hub.pushes.length).toBe(1);
  });

  it("opens again when the server could not keep up with it", async () => {
    const { file } = open(hub);
    await settle();
    hub.frame({ kind: "closed", code: "slow.reader" });
    hub.type(5, "!");
    await settle(5_000);
    expect(text(file)).toBe("hello!");
  });

  it("sends a merge of more than 64 KiB in pieces, and waits for `saved` before it sends more than 256 KiB", async () => {
    hub.savesAtOnce = false;
    const { file } = open(hub);
    await settle();
    hub.down = new Error("no route");
    hub.dropAll();
    for (let i = 0; i < 20; i++) file.binding.text.insert(0, "é".repeat(12_000));
    hub.down = null;
    await settle(60_000);
    expect(Math.max(...hub.pushes.map(({ update }) => update.byteLength))).toBeLessThanOrEqual(64 * 1024);
    const first = hub.pushes.reduce((sum, { update }) => sum + update.byteLength, 0);
    expect(first).toBeLessThanOrEqual(256 * 1024);
    for (let round = 0; round < 5; round++) { hub.save(); await settle(); }
    expect(hub.text().length).toBe(20 * 12_000 + 5);
    expect(file.state.save).toEqual({ kind: "saved" });
  });

  it("gives what was lost on its way when the server asks for it, however much is on its way behind it", async () => {
    hub.savesAtOnce = false;
    const { file } = open(hub);
    await settle();
    hub.loses = 1;
    for (let i = 0; i < 30; i++) {
      file.binding.text.insert(0, "é".repeat(12_000));
      await settle();
    }
    // All of it hangs on the first one.
    expect(hub.text()).toBe("hello");
    hub.ask();
    for (let round = 0; round < 10; round++) { await settle(); hub.save(); }
    expect(hub.text()).toBe(text(file));
    expect(file.state.save).toEqual({ kind: "saved" });
  });

  it("sends the own cursor at most ten times a second, the last position always, and never takes its echo for news", async () => {
    const { file } = open(hub);
    await settle(200);
    hub.cursors.length = 0;
    for (let i = 0; i < 100; i++) {
      file.binding.awareness.setLocalStateField("cursor", i);
      await settle(10);
    }
    await settle(200);
    expect(hub.cursors.length).toBeLessThanOrEqual(12);
    const seen = new Awareness(new Y.Doc());
    for (const update of hub.cursors) applyAwarenessUpdate(seen, update, "test");
    expect(seen.getStates().get(file.binding.awareness.clientID)).toEqual({ cursor: 99 });
    hub.frame({ kind: "cursors", payload: hub.cursors[0]! });
    expect(file.binding.awareness.getLocalState()).toEqual({ cursor: 99 });
    seen.destroy();
  });

  it("shows the own cursor again after a reconnect, though it has not moved", async () => {
    const { file } = open(hub);
    await settle();
    file.binding.awareness.setLocalStateField("cursor", 7);
    await settle(200);
    const { clientID } = file.binding.awareness;
    const other = new Awareness(new Y.Doc());
    for (const update of hub.cursors.splice(0)) applyAwarenessUpdate(other, update, "test");
    expect(other.getStates().get(clientID)).toEqual({ cursor: 7 });
    hub.dropAll();
    removeAwarenessStates(other, [clientID], "what the server tells about a lost connection");
    await settle(1_000);
    for (const update of hub.cursors) applyAwarenessUpdate(other, update, "test");
    expect(other.getStates().get(clientID)).toEqual({ cursor: 7 });
    other.destroy();
  });

  it("forgets the others' cursors when the connection is lost, and sees them again from a server that counts anew", async () => {
    const { file } = open(hub);
    await settle();
    const other = new Awareness(new Y.Doc());
    other.setLocalState({ user: { name: "Grace" } });
    other.setLocalState({ user: { name: "Grace" } });
    hub.frame({ kind: "cursors", payload: encodeAwarenessUpdate(other, [other.clientID]) });
    expect(file.binding.awareness.getStates().has(other.clientID)).toBe(true);
    hub.dropAll();
    expect(file.binding.awareness.getStates().has(other.clientID)).toBe(false);
    await settle(1_000);
    hub.frame({ kind: "cursors", payload: encodeAwarenessUpdate(other, [other.clientID]) });
    expect(file.binding.awareness.getStates().has(other.clientID)).toBe(true);
    other.destroy();
  });
});
