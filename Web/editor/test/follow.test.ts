import { describe, expect, it } from "vitest";
import type { Binding, Role, SessionModel } from "@collabhub/sdk";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { cursorOf, fileToFollow } from "../src/session/follow";
import { refusalReason, roleWords } from "../src/session/words";

const binding = (): Binding => {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  text.insert(0, "hello world");
  return { doc, text, awareness: new Awareness(doc) };
};
const placeAt = (text: Y.Text, index: number): unknown => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));

describe("following a person", () => {
  it("finds the cursor of that person only, and moves it with the text", () => {
    const open = binding();
    open.awareness.states.set(1, { user: { id: "ada" }, cursor: { head: placeAt(open.text, 2) } });
    open.awareness.states.set(2, { user: { id: "grace" } });
    open.awareness.states.set(3, { user: { id: "grace" }, cursor: { head: placeAt(open.text, 6) } });
    expect(cursorOf(open, "grace")).toBe(6);
    open.text.insert(0, "oh, ");
    expect(cursorOf(open, "grace")).toBe(10);
    expect(cursorOf(open, "linus")).toBeNull();
  });

  it("is not misled by a cursor in another text", () => {
    const open = binding();
    const other = open.doc.getText("elsewhere");
    other.insert(0, "abc");
    open.awareness.states.set(1, { user: { id: "grace" }, cursor: { head: placeAt(other, 1) } });
    expect(cursorOf(open, "grace")).toBeNull();
  });

  it("goes to the file in view of that person, when there is one and it exists", () => {
    const model = (fileId: string | null): SessionModel =>
      ({ participants: new Map([["grace", { userId: "grace", fileId }]]), files: new Map([["f1", {}], ["f2", {}]]) }) as unknown as SessionModel;
    expect(fileToFollow(model("f2"), "grace", "f1")).toBe("f2");
    expect(fileToFollow(model("f1"), "grace", "f1")).toBeNull();
    expect(fileToFollow(model(null), "grace", "f1")).toBeNull();
    expect(fileToFollow(model("deleted"), "grace", "f1")).toBeNull();
    expect(fileToFollow(model("f2"), "linus", "f1")).toBeNull();
  });
});

describe("what a new role means", () => {
  it.each<[Role, Role, RegExp]>([
    ["editor", "viewer", /viewer now.*no longer type/],
    ["viewer", "editor", /^You are an editor now: you can type/],
    ["editor", "admin", /^You are an admin now\.$/],
    ["viewer", "owner", /^You are the owner now: you can type/],
  ])("from %s to %s", (before, now, words) => expect(roleWords(before, now)).toMatch(words));

  it("every end of a file has its reason", () => {
    for (const code of ["access.revoked", "session.ended", "file.deleted", "file.read_only"]) expect(refusalReason(code)).not.toMatch(/did not accept/);
  });
});
