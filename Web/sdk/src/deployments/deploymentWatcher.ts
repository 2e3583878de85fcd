import type { AccessTokenSource } from "../api/http";
import { backoffMs } from "../backoff";
import { hubError, isFinal } from "../errors";
import { plain } from "../session/plain";
import { TokenRenewal } from "../session/tokenRenewal";
import type { HubTransport, TransportFactory } from "../session/transport";
import type { WatchFrame } from "../types";

export interface DeploymentWatcherOptions {
  deploymentId: string;
  accessToken: AccessTokenSource;
  connect: TransportFactory;
  onFrame: (frame: WatchFrame) => void;
  /** The stream begins anew after a lost connection: what was shown comes again. */
  onRestart: () => void;
  /** 0 ≤ x < 1; spreads the reconnects. */
  random?: () => number;
}

/** Watches one deployment until it is over or `stop` is called; a lost connection is replaced after a growing wait. */
export class DeploymentWatcher {
  readonly #options: DeploymentWatcherOptions;
  #transport: HubTransport | null = null;
  #renewal: TokenRenewal | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: DeploymentWatcherOptions) {
    this.#options = options;
  }

  start(): void { void this.#attempt(0); }

  stop(): void {
    this.#stopped = true;
    this.#release();
  }

  async #attempt(attempt: number): Promise<void> {
    try {
      const token = await this.#options.accessToken({ fresh: attempt % 2 === 1 });
      if (this.#stopped) return;
      const transport = this.#options.connect(async () => token.value);
      this.#transport = transport;
      transport.onClose(() => { if (this.#transport === transport) this.#again(0); });
      await transport.start();
      if (this.#transport !== transport) return void transport.stop();
      this.#renewal = new TokenRenewal(token.expiresAt, this.#options.accessToken, (value) => transport.invoke("RenewToken", value));
      transport.stream<WatchFrame>("WatchDeployment", [this.#options.deploymentId], {
        next: (frame) => { if (this.#transport === transport) this.#options.onFrame(plain<WatchFrame>(frame)); },
        closed: () => { if (this.#transport === transport) this.stop(); },
        failed: (error) => { if (this.#transport === transport) this.#failed(error, attempt); },
      });
    } catch (error) {
      this.#failed(error, attempt);
    }
  }

  #failed(error: unknown, attempt: number): void {
    if (isFinal(hubError(error))) this.stop();
    else this.#again(attempt + 1);
  }

  #again(attempt: number): void {
    this.#release();
    if (this.#stopped) return;
    this.#retry = setTimeout(() => {
      this.#options.onRestart();
      void this.#attempt(attempt);
    }, backoffMs(attempt, this.#options.random));
  }

  #release(): void {
    clearTimeout(this.#retry);
    this.#renewal?.stop();
    this.#renewal = null;
    const transport = this.#transport;
    this.#transport = null;
    void transport?.stop();
  }
}
