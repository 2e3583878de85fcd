import * as Y from "yjs";
import { Awareness } from "y-protocols/awareness";
import { backoffMs } from "../backoff";
import { Emitter } from "../emitter";
import { hubError, isFinal } from "../errors";
import type { SessionConnection } from "../session/sessionConnection";
import { canEdit, type FileFrame, type Role } from "../types";
import { AwarenessChannel } from "./awarenessChannel";
import type { FileStage, FileState, Refusal, SaveState } from "./fileState";
import { Outbox } from "./outbox";

/** What an editor binds to. Replaced as a whole when an edit was refused. */
export interface Binding {
  doc: Y.Doc;
  /** The shared text: root type `content`. */
  text: Y.Text;
  awareness: Awareness;
}

export interface FileProviderEvents {
  state: FileState;
  /** Bind the editor to this from now on; the earlier binding is dead. */
  binding: Binding;
  /** An edit was refused for good; keep this text for the person. A `binding` event follows. */
  refused: Refusal;
}

/** Refused texts kept for the person; somebody who types on into a refusing file makes many. */
const maxRefusals = 20;
const endings: ReadonlySet<string> = new Set(["file.deleted", "access.revoked", "session.ended"]);
const putOff: ReadonlySet<string> = new Set(["rate.limited", "store.unavailable"]);

/**
 * One file, kept equal with the server. Local changes of `binding.doc` are pushed, the others' are applied with this object as origin. What was
 * typed while offline is kept and pushed after the reconnect: the server says what it has (`sync`), the difference is sent.
 */
export class FileProvider extends Emitter<FileProviderEvents> {
  readonly fileId: string;
  readonly #connection: SessionConnection;
  readonly #random: () => number;
  readonly #outbox: Outbox;
  readonly #stopListening: () => void;
  #binding!: Binding;
  #channel!: AwarenessChannel;
  #stage: FileStage = { kind: "loading" };
  #role: Role | null = null;
  #refusals: readonly Refusal[] = [];
  #putOff: string | null = null;
  #isSynced = false;
  #isDestroyed = false;
  #reopenings = 0;
  #cancelStream: (() => void) | null = null;
  #reopenTimer: ReturnType<typeof setTimeout> | undefined;
  #state: FileState = { stage: { kind: "loading" }, role: null, save: { kind: "saved" } };

  constructor(connection: SessionConnection, fileId: string, options: { random?: () => number } = {}) {
    super();
    this.fileId = fileId;
    this.#connection = connection;
    this.#random = options.random ?? Math.random;
    this.#outbox = new Outbox({
      send: (update) => connection.pushEdit(fileId, update),
      changed: () => this.#transition(),
    });
    this.#bind();
    this.#stopListening = connection.on("state", (state) => {
      this.#reopenings = 0;
      if (state.kind === "live") this.#openAnew();
      else if (state.kind === "offline" && state.error !== undefined) this.#end(state.error.code);
      else this.#lose();
    });
    if (connection.state.kind === "live") this.#open();
  }

  get binding(): Binding { return this.#binding; }
  get state(): FileState { return this.#state; }
  /** What was refused and not dismissed, oldest first. */
  get refusals(): readonly Refusal[] { return this.#refusals; }

  /** The person has seen what was refused. */
  dismissRefusals(): void {
    this.#refusals = [];
    this.#transition();
  }

  /** Closes the file. What is unsaved then is lost: ask `state.save` first. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#stopListening();
    this.#unbind();
    this.#lose();
  }

  /** A new connection may be that of someone who was let in again. */
  #openAnew(): void {
    if (this.#stage.kind === "closed" && this.#stage.code !== "file.deleted") this.#stage = { kind: "loading" };
    this.#open();
  }

  #open(): void {
    this.#lose();
    // Who heard of the loss may have let go of this file.
    if (this.#stage.kind === "closed" || this.#isDestroyed) return;
    let isCurrent = true;
    const cancel = this.#connection.openFile(this.fileId, Y.encodeStateVector(this.#binding.doc), {
      next: (frame) => { if (isCurrent) this.#receive(frame); },
      closed: () => { if (isCurrent) this.#reopenLater(); },
      failed: (error) => { if (isCurrent) this.#failed(error); },
    });
    this.#cancelStream = () => {
      isCurrent = false;
      cancel();
    };
  }

  /** The stream is gone, or about to be replaced. */
  #lose(): void {
    clearTimeout(this.#reopenTimer);
    const cancel = this.#cancelStream;
    this.#cancelStream = null;
    this.#isSynced = false;
    this.#channel.disconnect();
    this.#outbox.goOffline();
    cancel?.();
  }

  #receive(frame: FileFrame): void {
    switch (frame.kind) {
      case "sync": return this.#sync(frame);
      case "edit": return this.#apply(frame.payload);
      case "cursors": return frame.payload ? this.#channel.receive(frame.payload) : undefined;
      case "saved": return this.#saved(frame.seq ?? 0);
      case "role": return this.#setRole(frame.role ?? null);
      case "rejected": return this.#rejected(frame.code ?? "edit.malformed");
      case "closed": return this.#closed(frame.code ?? "");
    }
  }

  #sync(frame: FileFrame): void {
    this.#apply(frame.payload);
    this.#role = frame.role ?? null;
    const isAskedAgain = this.#isSynced;
    this.#stage = { kind: "open" };
    this.#isSynced = true;
    this.#putOff = null;
    if (!canEdit(this.#role) && this.#outbox.unsavedSince !== null) return this.#refuse("file.read_only");
    // Something typed here did not reach the server, and what was sent behind it is not called saved: nothing of it counts as on its way.
    if (isAskedAgain) this.#outbox.goOffline();
    else this.#channel.connect();
    if (canEdit(this.#role)) this.#outbox.goOnline(this.#lacking(frame.stateVector ?? undefined));
    this.#transition();
  }

  /** What the server does not have, as an update; null when it has everything. */
  #lacking(serverState: Uint8Array | undefined): Uint8Array | null {
    const update = Y.encodeStateAsUpdate(this.#binding.doc, serverState);
    const hasNewContent = update[0] !== 0;
    // Deletions carry no clock, so all of them are in the difference; without unsaved edits they came from the server.
    return hasNewContent || this.#outbox.unsavedSince !== null ? update : null;
  }

  #apply(update: Uint8Array | null | undefined): void {
    if (update) Y.applyUpdate(this.#binding.doc, update, this);
  }

  #saved(seq: number): void {
    this.#reopenings = 0;
    this.#outbox.saved(seq);
  }

  #setRole(role: Role | null): void {
    this.#role = role;
    if (!canEdit(role) && this.#outbox.hasUnsent) return this.#refuse("file.read_only");
    if (canEdit(role) && this.#isSynced) this.#outbox.goOnline(null);
    this.#transition();
  }

  #rejected(code: string): void {
    if (!putOff.has(code)) return this.#refuse(code);
    this.#putOff = code;
    this.#reopenLater();
  }

  #closed(code: string): void {
    if (code === "edit.rejected") return this.#refuse(code);
    if (endings.has(code)) return this.#end(code);
    this.#reopenLater();
  }

  #failed(error: unknown): void {
    const failure = hubError(error);
    if (isFinal(failure)) this.#end(failure.code);
    else this.#reopenLater();
  }

  /** Closed for good; what the server never got is kept for the person. */
  #end(code: string): void {
    if (this.#stage.kind === "closed") return;
    this.#stage = { kind: "closed", code };
    const isUnsaved = this.#outbox.unsavedSince !== null;
    this.#lose();
    if (isUnsaved) this.#startOver(code);
    this.#transition();
  }

  #reopenLater(): void {
    this.#lose();
    if (this.#connection.state.kind !== "live" || this.#isDestroyed) return;
    this.#reopenTimer = setTimeout(() => this.#open(), 250 + backoffMs(this.#reopenings++, this.#random));
  }

  /** The server will never have what was typed here: hands the text out, and starts again from the server's. */
  #refuse(code: string): void {
    this.#stage = { kind: "loading" };
    this.#startOver(code);
    if (this.#connection.state.kind === "live") this.#open();
    this.#transition();
  }

  /** Keeps the text for the person; an empty document takes its place. */
  #startOver(code: string): void {
    const refusal = { code, text: this.#binding.text.toString() };
    this.#refusals = [...this.#refusals, refusal].slice(-maxRefusals);
    this.#outbox.clear();
    this.#unbind();
    this.#bind();
    this.emit("refused", refusal);
    this.emit("binding", this.#binding);
  }

  #bind(): void {
    const doc = new Y.Doc();
    const awareness = new Awareness(doc);
    this.#binding = { doc, awareness, text: doc.getText("content") };
    this.#channel = new AwarenessChannel(awareness, (update) => this.#connection.moveCursor(this.fileId, update));
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this && doc === this.#binding.doc) this.#localEdit(update);
    });
  }

  #unbind(): void {
    this.#channel.destroy();
    this.#binding.doc.destroy();
  }

  #localEdit(update: Uint8Array): void {
    const mayPush = this.#role === null || canEdit(this.#role);
    if (!mayPush) return queueMicrotask(() => this.#refuse("file.read_only")); // the doc is in the middle of its transaction
    this.#outbox.add(update);
  }

  #saveState(): SaveState {
    const refusal = this.#refusals.at(-1);
    if (refusal !== undefined) return { kind: "refused", code: refusal.code };
    const since = this.#outbox.unsavedSince;
    if (since === null) return { kind: "saved" };
    if (this.#isSynced) return { kind: "saving", since };
    return { kind: "unsaved", since, ...(this.#putOff === null ? {} : { code: this.#putOff }) };
  }

  #transition(): void {
    const next = { stage: this.#stage, role: this.#role, save: this.#saveState() };
    if (JSON.stringify(next) === JSON.stringify(this.#state)) return;
    this.#state = next;
    this.emit("state", next);
  }
}
