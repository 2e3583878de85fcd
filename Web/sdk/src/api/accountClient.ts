import type { User } from "../types";
import type { Http } from "./http";

/** One of the sign-ins of the account. */
export interface Device {
  tokenId: string;
  deviceInfo: string | null;
  ipAddress: string | null;
  signedInAt: string;
  lastUsedAt: string;
  expiresAt: string;
  isCurrent: boolean;
}

/** A way to sign in elsewhere. */
export interface Provider { name: string; displayName: string }

/** Members left out stay as they are; null clears. */
export interface ProfileChange { username?: string; firstName?: string | null; lastName?: string | null; profileImageUrl?: string | null }

/** The one-time code from the page's fragment and the secret that belongs to it; see `beginExternal`. */
export interface ExternalCode { code: string; verifier: string }

/** The own account, and what goes by mail. Every call may throw a `CollabError`. */
export class AccountClient {
  readonly #http: Http;

  constructor(http: Http) { this.#http = http; }

  me(): Promise<User> { return this.#http.get("/me"); }
  update(change: ProfileChange): Promise<User> { return this.#http.patch("/me", change); }
  /** 403 `account.wrong_password`; ends every other sign-in. */
  changePassword(currentPassword: string, newPassword: string): Promise<void> {
    return this.#http.post("/me/password", { currentPassword, newPassword });
  }
  /** For good. 409 `account.owns_workspaces` while others are members of a workspace of one's own. */
  deleteAccount(password: string | null): Promise<void> { return this.#http.delete("/me", password === null ? {} : { password }); }

  async devices(): Promise<Device[]> { return (await this.#http.get<{ items: Device[] }>("/me/devices", { limit: 200 })).items; }
  revokeDevice(tokenId: string): Promise<void> { return this.#http.delete(`/me/devices/${tokenId}`); }

  /** 410 `account.token_gone` when the link was used, replaced, or is too old. */
  verifyEmail(token: string): Promise<void> { return this.#anonymous("/auth/verify-email", { token }); }
  /** Answers the same whether or not there is such an account. */
  resendVerification(email: string): Promise<void> { return this.#anonymous("/auth/verify-email/resend", { email }); }
  /** Answers the same whether or not there is such an account. */
  forgotPassword(email: string): Promise<void> { return this.#anonymous("/auth/password/forgot", { email }); }
  resetPassword(token: string, password: string): Promise<void> { return this.#anonymous("/auth/password/reset", { token, password }); }

  async providers(): Promise<Provider[]> {
    return (await this.#http.get<{ items: Provider[] }>("/auth/external", {}, { anonymous: true })).items;
  }
  linkExternal(code: ExternalCode): Promise<User> { return this.#http.post("/me/external", code); }
  unlinkExternal(provider: string): Promise<void> { return this.#http.delete(`/me/external/${encodeURIComponent(provider)}`); }

  #anonymous(path: string, body: unknown): Promise<void> { return this.#http.post(path, body, { anonymous: true }); }
}
