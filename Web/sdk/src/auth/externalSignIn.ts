/** What this browser remembers while the person is at the provider. */
export interface PendingExternal {
  provider: string;
  verifier: string;
  purpose: "signIn" | "link";
  /** Path of this application to go to afterwards. */
  next: string;
}

/** What came back in the fragment of `/signin/external`. */
export type ExternalAnswer =
  | { kind: "code"; code: string }
  | { kind: "error"; code: string };

type Slot = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const key = "collabhub.external";

/** Remembers a new secret and gives the address to send the browser to. The secret never leaves this tab until the code is exchanged. */
export async function beginExternal(
  slot: Slot, wish: Omit<PendingExternal, "verifier">, random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> = (bytes) => crypto.getRandomValues(bytes),
): Promise<string> {
  const verifier = base64Url(random(new Uint8Array(32)));
  const challenge = base64Url(await sha256(new TextEncoder().encode(verifier)));
  slot.setItem(key, JSON.stringify({ ...wish, verifier } satisfies PendingExternal));
  return `/api/auth/external/${encodeURIComponent(wish.provider)}?challenge=${challenge}`;
}

/** What `beginExternal` remembered, once; null when this tab began nothing. */
export function takePending(slot: Slot): PendingExternal | null {
  const stored = slot.getItem(key);
  slot.removeItem(key);
  return stored === null ? null : JSON.parse(stored) as PendingExternal;
}

/** Reads the fragment; anything but a code is an error. */
export function readAnswer(fragment: string): ExternalAnswer {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const code = parts.get("code");
  return code === null ? { kind: "error", code: parts.get("error") ?? "auth.external_failed" } : { kind: "code", code };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
