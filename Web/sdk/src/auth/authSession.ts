import { CollabError } from "../errors";
import { Emitter } from "../emitter";
import type { ExternalCode } from "../api/accountClient";
import type { AccessToken, Http } from "../api/http";
import type { SignIn, User } from "../types";
import type { TokenStore } from "./tokenStore";

/** Who uses this page. `unknown` until the stored sign-in was tried; `error` then says why it could not be tried yet. */
export type AuthState =
  | { kind: "unknown"; error?: CollabError }
  | { kind: "signedOut" }
  | { kind: "signedIn"; user: User };

export interface Registration { email: string; username: string; password: string; firstName?: string; lastName?: string }
export interface Credentials { login: string; password: string }

/** A token with less than this left (ms) is renewed before it is used. */
const renewBeforeMs = 30_000;

/**
 * The sign-in of this tab: holds the access token in memory, renews it with the rotating refresh token, and follows what other
 * tabs do with the same sign-in. A refresh token is spent once: within the tab by sharing one request, between tabs by reading
 * it only inside the store's lock.
 */
export class AuthSession extends Emitter<{ state: AuthState }> {
  readonly #http: Http;
  readonly #store: TokenStore;
  readonly #now: () => number;
  #state: AuthState = { kind: "unknown" };
  #access: AccessToken | null = null;
  #refreshing: Promise<AccessToken> | null = null;

  constructor(http: Http, store: TokenStore, now: () => number = Date.now) {
    super();
    this.#http = http;
    this.#store = store;
    this.#now = now;
    store.onChange(() => this.#followOtherTab());
  }

  get state(): AuthState { return this.#state; }

  /** Tries the stored sign-in. Ends in `signedIn`, `signedOut`, or `unknown` with the error when no answer came. */
  async start(): Promise<void> {
    if (this.#store.read() === null) return this.#transition({ kind: "signedOut" });
    try {
      await this.#refresh();
    } catch (error) {
      if (error instanceof CollabError && error.isTransient) this.#transition({ kind: "unknown", error });
      else if (this.#state.kind !== "signedOut") this.#transition({ kind: "signedOut" });
    }
  }

  async register(body: Registration): Promise<User> { return this.#accept(await this.#post("/auth/register", body)); }
  async guest(displayName?: string): Promise<User> {
    return this.#accept(await this.#post("/auth/guest", displayName === undefined ? {} : { displayName }));
  }
  /** With the one-time code of an external provider and this tab's secret. */
  async external(code: ExternalCode): Promise<User> { return this.#accept(await this.#post("/auth/external/token", code)); }
  async login(body: Credentials): Promise<User> { return this.#accept(await this.#post("/auth/login", body)); }

  /** Forgets the sign-in here and in the other tabs, then tells the server; an unreachable server does not keep anyone signed in. */
  async signOut(): Promise<void> {
    const stored = this.#store.read();
    this.#store.write(null);
    this.#access = null;
    this.#transition({ kind: "signedOut" });
    if (stored === null) return;
    try {
      await this.#http.post<void>("/auth/logout", { refreshToken: stored.refreshToken }, { anonymous: true });
    } catch (error) {
      if (!(error instanceof CollabError)) throw error;
    }
  }

  /** A token that works for at least another 30 s; `fresh` renews even so. Throws 401 `auth.signed_out` when nobody is signed in. */
  accessToken = async (options: { fresh?: boolean } = {}): Promise<AccessToken> => {
    const access = this.#access;
    if (access !== null && options.fresh !== true && access.expiresAt - this.#now() > renewBeforeMs) return access;
    return this.#refresh();
  };

  #refresh(): Promise<AccessToken> {
    this.#refreshing ??= this.#store.exclusively(() => this.#spend()).finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  async #spend(): Promise<AccessToken> {
    const stored = this.#store.read();
    if (stored === null) throw this.#signedOut();
    try {
      return this.#acceptTokens(await this.#post("/auth/refresh", { refreshToken: stored.refreshToken }));
    } catch (error) {
      if (!(error instanceof CollabError) || error.status !== 401) throw error;
      const newer = this.#store.read(); // only without locks: another tab was faster
      if (newer !== null && newer.refreshToken !== stored.refreshToken)
        return this.#acceptTokens(await this.#post("/auth/refresh", { refreshToken: newer.refreshToken }));
      this.#store.write(null);
      throw this.#signedOut();
    }
  }

  #signedOut(): CollabError {
    this.#access = null;
    this.#transition({ kind: "signedOut" });
    return new CollabError({ code: "auth.signed_out", status: 401, title: "You are signed out.", detail: "Sign in again to go on." });
  }

  #post(path: string, body: unknown): Promise<SignIn> {
    return this.#http.post<SignIn>(path, body, { anonymous: true });
  }

  #accept(answer: SignIn): User {
    this.#acceptTokens(answer);
    return answer.user;
  }

  #acceptTokens(answer: SignIn): AccessToken {
    this.#store.write({ refreshToken: answer.refreshToken, userId: answer.user.userId });
    this.#access = { value: answer.accessToken, expiresAt: this.#now() + answer.expiresIn * 1000 };
    this.#transition({ kind: "signedIn", user: answer.user });
    return this.#access;
  }

  #followOtherTab(): void {
    const stored = this.#store.read();
    if (stored === null) {
      this.#access = null;
      if (this.#state.kind !== "signedOut") this.#transition({ kind: "signedOut" });
      return;
    }
    if (this.#state.kind === "signedIn" && this.#state.user.userId === stored.userId) return;
    this.#access = null;
    void this.start();
  }

  #transition(next: AuthState): void {
    this.#state = next;
    this.emit("state", next);
  }
}
