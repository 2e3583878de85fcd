import type { Role } from "../types";

/** What the editor may say about one's own typing. */
export type SaveState =
  /** Everything typed here survives the loss of every server process. */
  | { kind: "saved" }
  /** Sent, or about to be; not confirmed yet. `since`: ms since 1970. */
  | { kind: "saving"; since: number }
  /** Cannot be sent now. It is kept and sent when the connection is back. `code` says why the server put it off, if it did. */
  | { kind: "unsaved"; since: number; code?: string }
  /** The server refused it for good. What was typed is in the `refused` event; the editor shows the server's text. */
  | { kind: "refused"; code: string };

export type FileStage = { kind: "loading" } | { kind: "open" } | { kind: "closed"; code: string };

/** Where one open file stands. Only `FileProvider.#transition` assigns it. */
export interface FileState {
  stage: FileStage;
  /** Null until the server said it. */
  role: Role | null;
  save: SaveState;
}

export interface Refusal {
  /** A `RejectionCode`, or one that a later server added. */
  code: string;
  /** The file as one saw it when the edit was refused. */
  text: string;
}
