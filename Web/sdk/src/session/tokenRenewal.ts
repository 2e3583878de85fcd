import type { AccessTokenSource } from "../api/http";

/** Renewed this long (ms) before the token expires; sooner when it lives less than twice that. */
const renewBeforeMs = 60_000;
/** The wait (ms) after a renewal that failed. The connection outlives its token by 60 s, which leaves time for several. */
const retryMs = 10_000;

/** Hands a live connection a new access token before the one that it has expires. */
export class TokenRenewal {
  readonly #accessToken: AccessTokenSource;
  readonly #renew: (token: string) => Promise<unknown>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(expiresAt: number, accessToken: AccessTokenSource, renew: (token: string) => Promise<unknown>) {
    this.#accessToken = accessToken;
    this.#renew = renew;
    this.#schedule(expiresAt);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(expiresAt: number): void {
    const left = expiresAt - Date.now();
    this.#after(Math.max(1_000, left - Math.min(renewBeforeMs, left / 2)));
  }

  #after(delay: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#run(), delay);
  }

  async #run(): Promise<void> {
    try {
      const token = await this.#accessToken({ fresh: true });
      if (this.#stopped) return;
      await this.#renew(token.value);
      this.#schedule(token.expiresAt);
    } catch {
      // A failed renewal is not the end: either the next one works, or the server closes the connection and the reconnect says why.
      this.#after(retryMs);
    }
  }
}
