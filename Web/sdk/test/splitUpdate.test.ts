import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { splitUpdate } from "../src/file/splitUpdate";

const text = (doc: Y.Doc): string => doc.getText("content").toString();

/** Two people who edit each other's text, with deletions, seeded. */
function history(rounds: number): Y.Doc[] {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
  docs.forEach((doc, i) => { doc.clientID = 100 - i; });
  for (let round = 0; round < rounds; round++) {
    const doc = docs[random(docs.length)]!;
    const shared = doc.getText("content");
    shared.insert(random(shared.length + 1), "añ😀".repeat(1 + random(30)));
    if (shared.length > 10 && random(3) === 0) shared.delete(random(shared.length - 5), 1 + random(5));
    if (random(4) === 0) for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
  }
  for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
  return docs;
}

describe("splitting an update", () => {
  it("leaves a small one alone", () => {
    const doc = new Y.Doc();
    doc.getText("content").insert(0, "small");
    const update = Y.encodeStateAsUpdate(doc);
    expect(splitUpdate(update, 1000)).toEqual([update]);
  });

  it("cuts one long text without breaking a surrogate pair", () => {
    const doc = new Y.Doc();
    doc.getText("content").insert(0, "x" + "😀".repeat(50_000));
    const parts = splitUpdate(Y.encodeStateAsUpdate(doc), 10_000);
    expect(parts.length).toBeGreaterThan(15);
    expect(Math.max(...parts.map((part) => part.byteLength))).toBeLessThanOrEqual(10_000);
    const copy = new Y.Doc();
    for (const part of parts) Y.applyUpdate(copy, part);
    expect(text(copy)).toBe(text(doc));
    expect(Y.encodeStateAsUpdate(copy)).toEqual(Y.encodeStateAsUpdate(doc));
  });

  it("keeps the meaning of a history by several people, and never makes the receiver wait", () => {
    const [doc] = history(600);
    const parts = splitUpdate(Y.encodeStateAsUpdate(doc!), 2_000);
    expect(parts.length).toBeGreaterThan(10);
    const copy = new Y.Doc();
    for (const part of parts) {
      expect(part.byteLength).toBeLessThanOrEqual(2_000);
      Y.applyUpdate(copy, part);
      expect(copy.store.pendingStructs).toBeNull();
    }
    expect(copy.store.pendingDs).toBeNull();
    expect(text(copy)).toBe(text(doc!));
    expect(Y.encodeStateVector(copy)).toEqual(Y.encodeStateVector(doc!));
  });

  it("splits a difference against a state vector", () => {
    const doc = new Y.Doc();
    doc.getText("content").insert(0, "first ");
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
    for (let i = 0; i < 500; i++) doc.getText("content").insert(i, "word ");
    doc.getText("content").delete(100, 700);
    for (const part of splitUpdate(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(copy)), 1_000)) Y.applyUpdate(copy, part);
    expect(text(copy)).toBe(text(doc));
  });
});
