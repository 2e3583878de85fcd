import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SessionConnection } from "@collabhub/sdk";
import { FakeHub } from "../../sdk/test/fakeHub";
import { OpenFiles } from "../src/session/openFiles";

describe("the open files of a page", () => {
  let hub: FakeHub;
  let files: OpenFiles;
  beforeEach(async () => {
    vi.useFakeTimers();
    hub = new FakeHub();
    const connection = new SessionConnection({
      sessionId: "s1", connect: hub.connect, random: () => 0.5, accessToken: async () => ({ value: "token", expiresAt: Date.now() + 600_000 }),
    });
    files = new OpenFiles(connection);
    connection.start();
    await vi.advanceTimersByTimeAsync(50);
  });
  afterEach(() => { vi.useRealTimers(); });

  it("keeps a file that was left open until what was typed in it is saved", async () => {
    hub.savesAtOnce = false;
    const first = files.show("f1");
    await vi.advanceTimersByTimeAsync(50);
    first.binding.text.insert(0, "unsaved");
    files.show("f2");
    await vi.advanceTimersByTimeAsync(50);
    expect(files.hasUnsaved).toBe(true);
    expect([...hub.streams].map(({ fileId }) => fileId).sort()).toEqual(["f1", "f2"]);
    hub.save();
    expect(files.hasUnsaved).toBe(false);
    expect([...hub.streams].map(({ fileId }) => fileId)).toEqual(["f2"]);
  });

  it("keeps what was refused in a file that was left, until it is dismissed", async () => {
    const first = files.show("f1");
    await vi.advanceTimersByTimeAsync(50);
    const heard = vi.fn();
    files.on("state", heard);
    hub.rejectWith = "file.read_only";
    first.binding.text.insert(0, "worth keeping");
    files.show("f2");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(files.refused).toEqual(["f1"]);
    expect(heard).toHaveBeenCalled();
    expect(files.hasUnsaved).toBe(true);
    expect(files.show("f1")).toBe(first);
    expect(first.refusals.map(({ text }) => text)).toEqual(["worth keeping"]);
    files.show("f2");
    first.dismissRefusals();
    await vi.advanceTimersByTimeAsync(50);
    expect(files.refused).toEqual([]);
    expect(files.hasUnsaved).toBe(false);
    expect([...hub.streams].map(({ fileId }) => fileId)).toEqual(["f2"]);
  });

  it("hands out what was refused before the page was left, and does not keep it alive for that", async () => {
    const file = files.show("f1");
    await vi.advanceTimersByTimeAsync(50);
    hub.rejectWith = "file.read_only";
    file.binding.text.insert(0, "seen and left");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(files.refused).toEqual(["f1"]);
    const keep = vi.fn();
    await files.leave(keep);
    expect(keep.mock.calls).toEqual([["f1", [{ code: "file.read_only", text: "seen and left" }]]]);
    expect(hub.streams.size).toBe(0);
  });

  it("hands out what is refused after the page was left", async () => {
    const file = files.show("f1");
    await vi.advanceTimersByTimeAsync(50);
    hub.rejectWith = "file.read_only";
    file.binding.text.insert(0, "on the way out");
    const keep = vi.fn();
    const left = files.leave(keep);
    expect(keep).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    await left;
    expect(keep.mock.calls).toEqual([["f1", [{ code: "file.read_only", text: "on the way out" }]]]);
    expect(hub.streams.size).toBe(0);
  });

  it("closes them all when the page is left, but not before they are saved", async () => {
    hub.savesAtOnce = false;
    const file = files.show("f1");
    await vi.advanceTimersByTimeAsync(50);
    file.binding.text.insert(0, "last words");
    const left = vi.fn();
    const keep = vi.fn();
    void files.leave(keep).then(left);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(left).not.toHaveBeenCalled();
    hub.save();
    await vi.advanceTimersByTimeAsync(10);
    expect(left).toHaveBeenCalled();
    expect(keep).not.toHaveBeenCalled();
    expect(hub.text()).toBe("last words");
    expect(hub.streams.size).toBe(0);
  });
});
