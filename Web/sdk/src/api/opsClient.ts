import type { Http } from "./http";

/** What operators do to accounts. Each ends in the audit log with its reason. */
export class OpsClient {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Signs an account out everywhere; whoever has a password may sign in again. */
  kick(userId: string, reason: string): Promise<void> {
    return this.#act(userId, "kick", reason);
  }

  /** Ends sign-ins and connections of an account; nobody signs in with it until it is unlocked. */
  lock(userId: string, reason: string): Promise<void> {
    return this.#act(userId, "lock", reason);
  }

  unlock(userId: string, reason: string): Promise<void> {
    return this.#act(userId, "unlock", reason);
  }

  #act(userId: string, verb: string, reason: string): Promise<void> {
    return this.#http.post(`/ops/accounts/${userId}/${verb}`, { reason });
  }
}
