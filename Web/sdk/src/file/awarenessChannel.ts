import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates, type Awareness } from "y-protocols/awareness";

/** One's own cursor leaves at most ten times a second; the newest position always does. */
const intervalMs = 100;

/** Carries a file's awareness: the own state out, throttled; the others' states in. */
export class AwarenessChannel {
  readonly #awareness: Awareness;
  readonly #send: (update: Uint8Array) => void;
  #connected = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastSent = -Infinity;

  constructor(awareness: Awareness, send: (update: Uint8Array) => void) {
    this.#awareness = awareness;
    this.#send = send;
    awareness.on("update", this.#changed);
  }

  /** The stream is open: says where one is, with a new clock, as the others were told that the earlier one has ended. */
  connect(): void {
    this.#connected = true;
    this.#lastSent = -Infinity;
    this.#awareness.setLocalState(this.#awareness.getLocalState());
  }

  /** Forgets the others. Their clocks are forgotten as well: a server that restarted counts from the beginning. */
  disconnect(): void {
    this.#connected = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const others = [...this.#awareness.meta.keys()].filter((client) => client !== this.#awareness.clientID);
    removeAwarenessStates(this.#awareness, others, this);
    for (const client of others) this.#awareness.meta.delete(client);
  }

  receive(update: Uint8Array): void {
    const { others, ownIsGone } = this.#sort(update);
    applyAwarenessUpdate(this.#awareness, others, this);
    // An earlier connection's end can be announced after this one began.
    if (ownIsGone) this.#awareness.setLocalState(this.#awareness.getLocalState());
  }

  /** Tells the others that one is gone. */
  destroy(): void {
    this.#awareness.off("update", this.#changed);
    this.#awareness.destroy();
    if (this.#connected) this.#publish();
    this.disconnect();
  }

  readonly #changed = ({ added, updated, removed }: { added: number[]; updated: number[]; removed: number[] }, origin: unknown): void => {
    if (origin === this || ![...added, ...updated, ...removed].includes(this.#awareness.clientID) || !this.#connected) return;
    if (this.#timer !== undefined) return;
    const wait = this.#lastSent + intervalMs - performance.now();
    if (wait <= 0) this.#publish();
    else this.#timer = setTimeout(() => this.#publish(), wait);
  };

  #publish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastSent = performance.now();
    this.#send(encodeAwarenessUpdate(this.#awareness, [this.#awareness.clientID]));
  }

  /** The server sends one's own state back; it is older than what is known here and must not replace it. */
  #sort(update: Uint8Array): { others: Uint8Array; ownIsGone: boolean } {
    const decoder = decoding.createDecoder(update);
    const entries: { client: number; clock: number; state: string }[] = [];
    for (let left = decoding.readVarUint(decoder); left > 0; left--)
      entries.push({ client: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder), state: decoding.readVarString(decoder) });
    const isOwn = (entry: { client: number }): boolean => entry.client === this.#awareness.clientID;
    const others = entries.filter((entry) => !isOwn(entry));
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, others.length);
    for (const { client, clock, state } of others) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarString(encoder, state);
    }
    return { others: encoding.toUint8Array(encoder), ownIsGone: entries.some((entry) => isOwn(entry) && entry.state === "null") };
  }
}
