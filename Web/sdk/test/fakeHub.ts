import * as Y from "yjs";
import type { FileFrame, Participant, Role, Session, SessionSnapshot, WorkspaceFile } from "../src/types";
import type { HubTransport, StreamReceiver, TransportFactory } from "../src/session/transport";

const at = "2026-01-01T00:00:00Z";

export const aSession: Session = {
  sessionId: "s1", workspaceId: "w1", name: "Pairing", description: null, language: null, framework: null, isDynamic: false,
  ownerId: "ada", status: "active", role: "owner", createdAt: at, updatedAt: at, lastActive: null,
};
export const person = (userId: string, change: Partial<Participant> = {}): Participant => ({
  userId, username: userId, displayName: userId, color: "#3366aa", role: "editor", status: "online", joinedAt: at, lastActive: at, connections: 1, ...change,
});
export const aFile = (fileId: string, change: Partial<WorkspaceFile> = {}): WorkspaceFile => ({
  fileId, path: `${fileId}.js`, language: "javascript", size: 0, updatedAt: at, updatedBy: null, ...change,
});

interface Stream { connection: FakeConnection; fileId: string; receiver: StreamReceiver<FileFrame>; role: Role }

/** A server in memory behind the transport interface: real Yjs documents, and faults on request. */
export class FakeHub {
  readonly docs = new Map<string, Y.Doc>();
  readonly connections = new Set<FakeConnection>();
  readonly streams = new Set<Stream>();
  /** Everything pushed, in order of arrival. */
  readonly pushes: { fileId: string; seq: number; update: Uint8Array }[] = [];
  readonly invocations: { method: string; args: unknown[] }[] = [];
  readonly cursors: Uint8Array[] = [];
  role: Role = "editor";
  /** When false, edits are applied and relayed, but `saved` waits for `save()`. */
  savesAtOnce = true;
  /** When set, pushes are answered with this code and not applied. */
  rejectWith: string | null = null;
  /** When set, starting a connection fails with it. */
  down: Error | null = null;
  refuseJoin: Error | null = null;
  /** So many pushes to come are lost on their way. */
  loses = 0;
  snapshot: () => SessionSnapshot = () => ({ session: aSession, you: person("ada"), participants: [person("ada")], files: [aFile("f1")] });
  #unsaved = new Map<Stream, number>();

  connect: TransportFactory = () => new FakeConnection(this);

  doc(fileId = "f1"): Y.Doc {
    const doc = this.docs.get(fileId) ?? new Y.Doc();
    this.docs.set(fileId, doc);
    return doc;
  }

  text(fileId = "f1"): string { return this.doc(fileId).getText("content").toString(); }

  /** Someone else types. */
  type(index: number, insert: string, fileId = "f1"): void {
    const doc = this.doc(fileId);
    const before = Y.encodeStateVector(doc);
    doc.getText("content").insert(index, insert);
    this.relay(fileId, Y.encodeStateAsUpdate(doc, before));
  }

  relay(fileId: string, update: Uint8Array, except?: FakeConnection): void {
    for (const stream of this.streams)
      if (stream.fileId === fileId && stream.connection !== except) stream.receiver.next({ kind: "edit", payload: update });
  }

  frame(frame: FileFrame): void {
    for (const stream of [...this.streams]) stream.receiver.next(frame);
  }

  /** Asks everyone for what is lacking here. */
  ask(): void {
    for (const { fileId, receiver, role } of [...this.streams])
      receiver.next({ kind: "sync", payload: new Uint8Array([0, 0]), stateVector: Y.encodeStateVector(this.doc(fileId)), role });
  }

  raise(event: string, payload: unknown): void {
    for (const connection of this.connections) connection.raise(event, payload);
  }

  dropAll(): void {
    for (const connection of [...this.connections]) connection.drop();
  }

  /** Commits what was pushed so far; of a file in which something hangs nothing is called saved. */
  save(): void {
    for (const [stream, seq] of [...this.#unsaved]) {
      if (this.doc(stream.fileId).store.pendingStructs !== null) continue;
      this.#unsaved.delete(stream);
      if (this.streams.has(stream)) stream.receiver.next({ kind: "saved", seq });
    }
  }

  push(connection: FakeConnection, fileId: string, seq: number, update: Uint8Array): void {
    this.pushes.push({ fileId, seq, update });
    const stream = [...this.streams].find((open) => open.connection === connection && open.fileId === fileId);
    if (stream === undefined) throw new Error("pushed to a file that is not open");
    if (this.loses > 0) return void this.loses--;
    const refusal = stream.role === "viewer" ? "file.read_only" : this.rejectWith;
    if (refusal !== null) return stream.receiver.next({ kind: "rejected", seq, code: refusal });
    Y.applyUpdate(this.doc(fileId), update);
    this.relay(fileId, update, connection);
    this.#unsaved.set(stream, seq);
    if (this.savesAtOnce) this.save();
  }

  open(stream: Stream, stateVector: Uint8Array): () => void {
    this.streams.add(stream);
    const doc = this.doc(stream.fileId);
    stream.receiver.next({
      kind: "sync", payload: Y.encodeStateAsUpdate(doc, stateVector), stateVector: Y.encodeStateVector(doc), role: stream.role,
    });
    return () => this.streams.delete(stream);
  }
}

export class FakeConnection implements HubTransport {
  readonly #hub: FakeHub;
  readonly #handlers = new Map<string, (payload: unknown) => void>();
  #closed: ((error?: Error) => void) | null = null;

  constructor(hub: FakeHub) { this.#hub = hub; }

  async start(): Promise<void> {
    if (this.#hub.down !== null) throw this.#hub.down;
    this.#hub.connections.add(this);
  }

  async stop(): Promise<void> { this.drop(); }

  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    this.#hub.invocations.push({ method, args });
    if (method === "JoinSession" && this.#hub.refuseJoin !== null) throw this.#hub.refuseJoin;
    return (method === "JoinSession" ? this.#hub.snapshot() : undefined) as T;
  }

  send(method: string, ...args: unknown[]): void {
    if (!this.#hub.connections.has(this)) return;
    this.#hub.invocations.push({ method, args });
    if (method === "PushEdit") queueMicrotask(() => this.#hub.push(this, ...(args as [string, number, Uint8Array])));
    if (method === "MoveCursor") this.#hub.cursors.push(args[1] as Uint8Array);
  }

  stream<T>(_method: string, args: unknown[], receiver: StreamReceiver<T>): () => void {
    const [fileId, stateVector] = args as [string, Uint8Array];
    const stream = { connection: this, fileId, receiver: receiver as unknown as StreamReceiver<FileFrame>, role: this.#hub.role };
    let close = (): void => undefined;
    let cancelled = false;
    queueMicrotask(() => { if (!cancelled) close = this.#hub.open(stream, stateVector) as () => void; });
    return () => { cancelled = true; close(); };
  }

  on(event: string, handler: (payload: unknown) => void): void { this.#handlers.set(event, handler); }
  onClose(handler: (error?: Error) => void): void { this.#closed = handler; }
  raise(event: string, payload: unknown): void { this.#handlers.get(event)?.(payload); }

  drop(): void {
    if (!this.#hub.connections.delete(this)) return;
    for (const stream of [...this.#hub.streams]) if (stream.connection === this) this.#hub.streams.delete(stream);
    this.#closed?.();
  }
}
