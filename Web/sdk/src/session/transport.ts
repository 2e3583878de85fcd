/** Receives a server stream. Exactly one of `closed` and `failed` ends it, unless the receiver cancelled. */
export interface StreamReceiver<T> {
  next(item: T): void;
  closed(): void;
  failed(error: unknown): void;
}

/** One connection to `/hubs/session`; never restarted: a lost one is replaced by a new one. */
export interface HubTransport {
  /** Resolves when the connection is usable. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Calls a hub method and waits for its answer; rejects with the hub's sentence. */
  invoke<T>(method: string, ...args: unknown[]): Promise<T>;
  /** Calls a hub method without an answer. Order is kept. */
  send(method: string, ...args: unknown[]): void;
  /** Starts a stream; returns the function that cancels it. */
  stream<T>(method: string, args: unknown[], receiver: StreamReceiver<T>): () => void;
  /** Events the server raises. Register before `start`. */
  on(event: string, handler: (payload: unknown) => void): void;
  /** Called once, when a started connection ends, by whichever side. */
  onClose(handler: (error?: Error) => void): void;
}

/** Makes a connection that authenticates with the token that `accessToken` gives at that moment. */
export type TransportFactory = (accessToken: () => Promise<string>) => HubTransport;
