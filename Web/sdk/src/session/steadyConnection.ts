import type { AccessTokenSource } from "../api/http";
import { backoffMs } from "../backoff";
import { TokenRenewal } from "./tokenRenewal";
import type { HubTransport, TransportFactory } from "./transport";

export interface SteadyOptions {
  accessToken: AccessTokenSource;
  connect: TransportFactory;
  /** 0 ≤ x < 1; spreads the reconnects. */
  random?: () => number;
}

export interface SteadyHooks {
  /** Registers what is heard, before the connection starts. `isCurrent` is false for what an earlier connection still reports. */
  listen(transport: HubTransport, isCurrent: () => boolean): void;
  /** The connection is usable. */
  live(transport: HubTransport, isCurrent: () => boolean): void;
  /** The connection is gone, or did not come about; another attempt follows after `delayMs`. */
  lost(delayMs: number): void;
}

/** Keeps one hub connection up for as long as it runs: tries again after a loss, renews the token. */
export class SteadyConnection {
  readonly #options: SteadyOptions;
  readonly #hooks: SteadyHooks;
  #transport: HubTransport | null = null;
  #renewal: TokenRenewal | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  /** Grows with every attempt and every stop, so that what an earlier attempt still reports is ignored. */
  #generation = 0;

  constructor(options: SteadyOptions, hooks: SteadyHooks) {
    this.#options = options;
    this.#hooks = hooks;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#attempt(0, false);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#detach()?.stop();
  }

  async #attempt(attempt: number, fresh: boolean): Promise<void> {
    void this.#detach()?.stop();
    const generation = this.#generation;
    const isCurrent = (): boolean => generation === this.#generation;
    let transport: HubTransport | null = null;
    try {
      const token = await this.#options.accessToken({ fresh });
      if (!isCurrent()) return;
      transport = this.#options.connect(async () => token.value);
      this.#transport = transport;
      this.#hooks.listen(transport, isCurrent);
      transport.onClose(() => { if (isCurrent()) this.#retry(0, false); });
      await transport.start();
      if (!isCurrent()) return void transport.stop();
      this.#renewal = new TokenRenewal(token.expiresAt, this.#options.accessToken, (value) => transport!.invoke("RenewToken", value));
      this.#hooks.live(transport, isCurrent);
    } catch {
      // Whatever it was, waiting and trying again is all there is to do; a sign-in that has ended stops this from outside.
      if (isCurrent()) this.#retry(attempt + 1, attempt % 2 === 1);
      else void transport?.stop();
    }
  }

  #retry(attempt: number, fresh: boolean): void {
    void this.#detach()?.stop();
    const delay = backoffMs(attempt, this.#options.random);
    this.#retryTimer = setTimeout(() => void this.#attempt(attempt, fresh), delay);
    this.#hooks.lost(delay);
  }

  #detach(): HubTransport | null {
    this.#generation++;
    clearTimeout(this.#retryTimer);
    this.#renewal?.stop();
    this.#renewal = null;
    const transport = this.#transport;
    this.#transport = null;
    return transport;
  }
}
