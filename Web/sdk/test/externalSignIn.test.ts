import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { beginExternal, readAnswer, takePending } from "../src/auth/externalSignIn";

class Slot {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null { return this.items.get(key) ?? null; }
  setItem(key: string, value: string): void { this.items.set(key, value); }
  removeItem(key: string): void { this.items.delete(key); }
}

it("shows the server the hash of a secret that stays here", async () => {
  const slot = new Slot();
  const address = new URL(await beginExternal(slot, { provider: "corp", purpose: "signIn", next: "/w/1" }), "https://collab.example.org");
  const pending = takePending(slot)!;
  expect(address.pathname).toBe("/api/auth/external/corp");
  expect(address.searchParams.get("challenge")).toBe(createHash("sha256").update(pending.verifier).digest("base64url"));
  expect(address.href).not.toContain(pending.verifier);
  expect(pending).toMatchObject({ provider: "corp", purpose: "signIn", next: "/w/1" });
});

it("gives what it remembered once", async () => {
  const slot = new Slot();
  await beginExternal(slot, { provider: "corp", purpose: "link", next: "/profile" });
  expect(takePending(slot)).not.toBeNull();
  expect(takePending(slot)).toBeNull();
});

it("takes a new secret every time", async () => {
  const [one, two] = [new Slot(), new Slot()];
  await beginExternal(one, { provider: "corp", purpose: "signIn", next: "/" });
  await beginExternal(two, { provider: "corp", purpose: "signIn", next: "/" });
  expect(takePending(one)!.verifier).not.toBe(takePending(two)!.verifier);
});

it.each([
  ["#code=abc", { kind: "code", code: "abc" }], ["#error=auth.external_denied", { kind: "error", code: "auth.external_denied" }],
  ["", { kind: "error", code: "auth.external_failed" }],
])("reads %s", (fragment, answer) => expect(readAnswer(fragment)).toEqual(answer));
