import { canEdit, type ConnectionState, type FileState, type Role } from "@collabhub/sdk";
import { duration } from "../ui/format";

export type Tone = "good" | "busy" | "warn" | "bad";

/** A save that takes longer than this (ms) is worth telling how long. */
const slowSaveMs = 4_000;

const refusals: Record<string, string> = {
  "file.read_only": "you may only read this file",
  "edit.too_large": "the change was too large",
  "edit.malformed": "the change could not be read",
  "file.too_large": "the file would become too large",
  "file.deleted": "the file was deleted",
  "session.ended": "the session has ended",
  "access.revoked": "you no longer have access to this file",
};

/** Why an edit was refused, as the end of a sentence. */
export const refusalReason = (code: string): string => refusals[code] ?? "the server did not accept it";

/** What a new role means, for the one who got it. */
export function roleWords(before: Role, now: Role): string {
  if (canEdit(before) && !canEdit(now)) return "You are a viewer now: you can read along, but no longer type.";
  if (!canEdit(before) && canEdit(now)) return `You are ${withArticle(now)} now: you can type.`;
  return `You are ${withArticle(now)} now.`;
}

const withArticle = (role: Role): string => role === "owner" ? "the owner" : /^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`;

/** What the saved indicator says. Only `saved` may say that something is stored. */
export function saveWords({ save, stage, role }: FileState, now: number): { text: string; tone: Tone } | null {
  if (stage.kind !== "open") return save.kind === "refused" ? { text: "Refused", tone: "bad" } : null;
  if (role === "viewer" && save.kind === "saved") return null;
  switch (save.kind) {
    case "saved": return { text: "Saved", tone: "good" };
    case "saving": return now - save.since > slowSaveMs
      ? { text: `Saving… ${duration(now - save.since)}`, tone: "warn" } : { text: "Saving…", tone: "busy" };
    case "unsaved": return save.code === "store.unavailable"
      ? { text: "Unsaved – storage is not available", tone: "warn" } : { text: "Unsaved – reconnecting", tone: "warn" };
    case "refused": return { text: "Refused", tone: "bad" };
  }
}

/** What a screen reader says after `before`: trouble, and its end. The everyday change between saving and saved is not read out, nor is a count of seconds. */
export function spokenSave(words: { text: string; tone: Tone } | null, before: string): string {
  if (words === null) return "";
  if (words.tone === "warn" || words.tone === "bad") return words.text.replace(/….*/, " takes long");
  return words.tone === "good" && before !== "" ? words.text : before;
}

/** What the connection banner says; null while all is well. `wait` changes every second and is not read out. */
export function connectionWords(state: ConnectionState, joinedBefore: boolean, mayEdit: boolean, now: number): { text: string; wait?: string; canRetry: boolean } | null {
  switch (state.kind) {
    case "live": return null;
    case "offline": return state.error === undefined ? null : { text: state.error.detail ?? state.error.title, canRetry: true };
    case "connecting": {
      if (state.retryAt === null) return joinedBefore || state.attempt > 0 ? { text: "Reconnecting…", canRetry: false } : null;
      const seconds = Math.ceil((state.retryAt - now) / 1000);
      const wait = seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again…";
      return { text: `No connection.${mayEdit ? " Go on typing, nothing is lost." : ""}`, wait, canRetry: seconds > 1 };
    }
  }
}

/** Why a file is no longer open. */
export const closedReason = (code: string): string => ({
  "file.deleted": "This file was deleted.",
  "session.ended": "This session has ended. Its files are still in the workspace.",
  "access.revoked": "You no longer have access to this file.",
}[code] ?? "This file cannot be opened.");
