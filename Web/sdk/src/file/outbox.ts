import * as Y from "yjs";
import { splitUpdate } from "./splitUpdate";

/** Room is left under the server's 64 KiB for what surrounds an update. */
const maxPieceBytes = 60 * 1024;
/** No more than this many bytes are on their way without being saved; more would only fill the server's queue. */
const maxBytesInFlight = 256 * 1024;
/** Edits made within this time (ms) of one that was sent leave together. */
const flushIntervalMs = 20;
/** Offline, that many edits are merged into one, so that a long stay costs little memory. */
const mergeEvery = 500;

export interface OutboxOptions {
  /** Sends one piece, returns its number. */
  send: (update: Uint8Array) => number;
  /** Called after anything that `unsavedSince` depends on. */
  changed: () => void;
}

/**
 * The local edits that are not known to be saved. An edit stays here until a `saved` covers it; going offline puts everything that was on
 * its way back into the queue. Sends at once when idle, then gathers for 20 ms.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #online = false;
  /** Not sent: local updates, in order. */
  #queue: Uint8Array[] = [];
  /** Not sent: pieces of a merged queue that wait for room on the way. */
  #pieces: Uint8Array[] = [];
  /** Sent and not saved, in order. */
  #sent: { seq: number; update: Uint8Array }[] = [];
  #unsavedSince: number | null = null;
  #scheduled = false;
  #lastFlush = -Infinity;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Since when (ms since 1970) there has been something that is not saved; null when all is. */
  get unsavedSince(): number | null { return this.#unsavedSince; }

  /** True when something was not even sent. */
  get hasUnsent(): boolean { return this.#queue.length > 0 || this.#pieces.length > 0; }

  add(update: Uint8Array): void {
    this.#queue.push(update);
    if (!this.#online && this.#queue.length > mergeEvery) this.#queue = [Y.mergeUpdates(this.#queue)];
    this.#unsavedSince ??= Date.now();
    this.#options.changed();
    this.#schedule();
  }

  /** The connection is up; `lacking` is what the server was found not to have, if anything. */
  goOnline(lacking: Uint8Array | null): void {
    this.#online = true;
    if (lacking !== null) {
      this.#queue.unshift(lacking);
      this.#unsavedSince ??= Date.now();
    }
    this.#flush();
    this.#options.changed();
  }

  goOffline(): void {
    this.#online = false;
    this.#queue = [...this.#sent.map(({ update }) => update), ...this.#pieces, ...this.#queue];
    this.#sent = [];
    this.#pieces = [];
    this.#options.changed();
  }

  /** The server has stored everything up to `seq`. */
  saved(seq: number): void {
    this.#sent = this.#sent.filter((edit) => edit.seq > seq);
    this.#pump();
    if (this.#sent.length === 0 && !this.hasUnsent) this.#unsavedSince = null;
    this.#options.changed();
  }

  /** Forgets everything; the edits were refused for good. */
  clear(): void {
    this.#online = false;
    this.#queue = [];
    this.#pieces = [];
    this.#sent = [];
    this.#unsavedSince = null;
  }

  #schedule(): void {
    if (this.#scheduled || !this.#online) return;
    this.#scheduled = true;
    const wait = this.#lastFlush + flushIntervalMs - performance.now();
    const run = (): void => {
      this.#scheduled = false;
      this.#flush();
    };
    if (wait > 0) setTimeout(run, wait);
    else queueMicrotask(run);
  }

  #flush(): void {
    if (!this.#online || this.#queue.length === 0) return;
    this.#lastFlush = performance.now();
    const update = this.#queue.length === 1 ? this.#queue[0]! : Y.mergeUpdates(this.#queue);
    this.#queue = [];
    this.#pieces.push(...splitUpdate(update, maxPieceBytes));
    this.#pump();
  }

  #pump(): void {
    let bytes = this.#sent.reduce((sum, { update }) => sum + update.byteLength, 0);
    while (this.#online && this.#pieces.length > 0) {
      const update = this.#pieces[0]!;
      if (bytes > 0 && bytes + update.byteLength > maxBytesInFlight) return;
      this.#pieces.shift();
      this.#sent.push({ seq: this.#options.send(update), update });
      bytes += update.byteLength;
    }
  }
}
