import { backoffMs } from "../backoff";
import { Emitter } from "../emitter";
import { CollabError, hubError, isFinal } from "../errors";
import type { AccessTokenSource } from "../api/http";
import type { FileFrame, PresenceStatus, SessionSnapshot } from "../types";
import { plain } from "./plain";
import { modelOf, sessionEventNames, withEvent, type ConnectionState, type SessionEvent, type SessionModel } from "./sessionState";
import { TokenRenewal } from "./tokenRenewal";
import type { HubTransport, StreamReceiver, TransportFactory } from "./transport";

/** While one is in front the server hears so this often (ms): over a slow line the answers to its pings wait behind a large first sync, this does not. Timers of hidden pages are too slow. */
const beatMs = 1_500;

export interface SessionConnectionOptions {
  sessionId: string;
  accessToken: AccessTokenSource;
  connect: TransportFactory;
  /** 0 ≤ x < 1; spreads the reconnects. */
  random?: () => number;
}

export interface SessionConnectionEvents {
  state: ConnectionState;
  /** The session changed: someone came, a file was added, a role changed, … */
  model: SessionModel;
  event: SessionEvent;
}

/**
 * Keeps one session joined: connects, joins, and after a lost connection tries again for as long as it takes, with growing,
 * jittered waits. Files are opened through it (`FileProvider`); it numbers their edits.
 */
export class SessionConnection extends Emitter<SessionConnectionEvents> {
  readonly #options: SessionConnectionOptions;
  #state: ConnectionState = { kind: "offline" };
  #model: SessionModel | null = null;
  #transport: HubTransport | null = null;
  #renewal: TokenRenewal | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Grows with every attempt and every stop, so that what an earlier attempt still reports is ignored. */
  #generation = 0;
  #beat: ReturnType<typeof setInterval> | undefined;
  #presence: { status: PresenceStatus; fileId?: string } = { status: "online" };
  readonly #lastSeq = new Map<string, number>();

  constructor(options: SessionConnectionOptions) {
    super();
    this.#options = options;
  }

  get state(): ConnectionState { return this.#state; }
  /** Null until joined for the first time; kept while reconnecting. */
  get model(): SessionModel | null { return this.#model; }

  start(): void {
    if (this.#state.kind === "offline") void this.#attempt(0, false);
  }

  /** Leaves the session. */
  async stop(): Promise<void> {
    const transport = this.#detach();
    this.#transition({ kind: "offline" });
    await transport?.stop();
  }

  /** Ends the wait for the next attempt: the network is back, or the person asked. */
  retryNow(): void {
    if (this.#state.kind === "connecting" && this.#state.retryAt !== null) void this.#attempt(this.#state.attempt, false);
    if (this.#state.kind === "offline" && this.#state.error !== undefined) void this.#attempt(0, false);
  }

  /** Tells the others whether one is here, and which file is in view. Said again after every reconnect. */
  setPresence(presence: { status: PresenceStatus; fileId?: string }): void {
    if (presence.status === this.#presence.status && presence.fileId === this.#presence.fileId) return;
    this.#presence = presence;
    if (this.#state.kind === "live") this.#sendPresence();
  }

  /** Opens a file's stream on the present connection. Returns the function that closes it. */
  openFile(fileId: string, stateVector: Uint8Array, receiver: StreamReceiver<FileFrame>): () => void {
    if (this.#transport === null) throw new Error("Files are opened while the session is live.");
    return this.#transport.stream<FileFrame>("OpenFile", [fileId, stateVector], receiver);
  }

  /** Sends an edit; returns its number (1, 2, 3 … per connection and file), which `saved` and `rejected` refer to. */
  pushEdit(fileId: string, update: Uint8Array): number {
    const seq = (this.#lastSeq.get(fileId) ?? 0) + 1;
    this.#lastSeq.set(fileId, seq);
    this.#transport?.send("PushEdit", fileId, seq, update);
    return seq;
  }

  moveCursor(fileId: string, awareness: Uint8Array): void {
    this.#transport?.send("MoveCursor", fileId, awareness);
  }

  // Browsers hide why an upgrade was refused, so every other failed attempt is followed by one with a fresh token; renewing it also
  // tells when the sign-in itself has ended.
  async #attempt(attempt: number, fresh: boolean): Promise<void> {
    void this.#detach()?.stop();
    const generation = this.#generation;
    const isCurrent = (): boolean => generation === this.#generation;
    this.#transition({ kind: "connecting", attempt, retryAt: null });
    const early: SessionEvent[] = [];
    let transport: HubTransport | null = null;
    try {
      const token = await this.#options.accessToken({ fresh });
      if (!isCurrent()) return;
      transport = this.#options.connect(async () => token.value);
      this.#transport = transport;
      this.#listen(transport, early, isCurrent);
      transport.onClose(() => { if (isCurrent()) this.#retry(0, undefined, false); });
      await transport.start();
      const snapshot = plain<SessionSnapshot>(await transport.invoke("JoinSession", this.#options.sessionId));
      if (!isCurrent()) return void transport.stop();
      this.#renewal = new TokenRenewal(token.expiresAt, this.#options.accessToken, (value) => transport!.invoke("RenewToken", value));
      this.#setModel(early.splice(0).reduce(withEvent, modelOf(snapshot)));
      this.#transition({ kind: "live" });
      this.#sendPresence();
    } catch (error) {
      if (!isCurrent()) return void transport?.stop();
      const failure = error instanceof CollabError ? error : hubError(error);
      if (isFinal(failure)) this.#giveUp(failure);
      else this.#retry(attempt + 1, failure, failure.status === 401 || attempt % 2 === 1);
    }
  }

  /** Events that arrive before the snapshot are held back and applied on top of it. */
  #listen(transport: HubTransport, early: SessionEvent[], isCurrent: () => boolean): void {
    for (const kind of sessionEventNames) {
      transport.on(kind, (payload) => {
        if (!isCurrent()) return;
        const event = { ...plain<object>(payload), kind } as SessionEvent;
        if (this.#state.kind === "live") this.#apply(event);
        else early.push(event);
      });
    }
  }

  #apply(event: SessionEvent): void {
    const model = this.#model;
    if (model === null) return;
    this.emit("event", event);
    if (event.kind === "ParticipantRemoved" && event.userId === model.you.userId)
      return this.#giveUp(new CollabError({ code: "access.revoked", status: 403, title: "You were removed from this session." }));
    const next = withEvent(model, event);
    if (next !== model) this.#setModel(next);
  }

  #setModel(model: SessionModel): void {
    this.#model = model;
    this.emit("model", model);
  }

  #sendPresence(): void {
    clearInterval(this.#beat);
    const say = (): void => this.#transport?.send("SetPresence", this.#options.sessionId, { ...this.#presence });
    say();
    if (this.#presence.status === "online") this.#beat = setInterval(say, beatMs);
  }

  #retry(attempt: number, error: CollabError | undefined, fresh: boolean): void {
    void this.#detach()?.stop();
    const delay = backoffMs(attempt, this.#options.random);
    this.#retryTimer = setTimeout(() => void this.#attempt(attempt, fresh), delay);
    this.#transition({ kind: "connecting", attempt, retryAt: Date.now() + delay, ...(error === undefined ? {} : { error }) });
  }

  #giveUp(error: CollabError): void {
    void this.#detach()?.stop();
    this.#transition({ kind: "offline", error });
  }

  /** Lets go of the connection, its timers and its edit numbers; whatever it still reports is ignored. */
  #detach(): HubTransport | null {
    this.#generation++;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#beat);
    this.#renewal?.stop();
    this.#renewal = null;
    this.#lastSeq.clear();
    const transport = this.#transport;
    this.#transport = null;
    return transport;
  }

  #transition(next: ConnectionState): void {
    this.#state = next;
    this.emit("state", next);
  }
}
