/** What outlives the page: the refresh token, and whose it is. The access token stays in memory. */
export interface StoredSignIn {
  refreshToken: string;
  userId: string;
}

/** Where a sign-in is kept, and the lock that makes sure that only one tab at a time spends its refresh token. */
export interface TokenStore {
  read(): StoredSignIn | null;
  write(signIn: StoredSignIn | null): void;
  /** Called when another tab wrote. Returns the function that stops listening. */
  onChange(listener: () => void): () => void;
  /** Runs `work` while no other tab runs its own. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

const slotKey = "collabhub.slot";
const signInKey = (slot: string): string => `collabhub.signIn.${slot}`;

/**
 * Keeps the sign-in in `localStorage`, shared by all tabs of the browser. A tab may use a *slot* of its own (a second guest beside
 * the first account); only the slot's name is kept per tab, so that a duplicated tab shares the sign-in instead of copying it.
 *
 * Without the Web Locks API (plain http on a LAN address) tabs do not wait for each other; `AuthSession` then falls back on
 * reading again what another tab stored.
 */
export class BrowserTokenStore implements TokenStore {
  get #slot(): string {
    return sessionStorage.getItem(slotKey) ?? "browser";
  }

  /** From now on this tab has its own sign-in, empty at first. Returns the function that goes back to the one before. */
  useSlotOfThisTab(): () => void {
    const before = sessionStorage.getItem(slotKey);
    const name = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");
    sessionStorage.setItem(slotKey, name);
    return () => {
      if (before === null) sessionStorage.removeItem(slotKey);
      else sessionStorage.setItem(slotKey, before);
    };
  }

  read(): StoredSignIn | null {
    const text = localStorage.getItem(signInKey(this.#slot));
    if (text === null) return null;
    const stored = JSON.parse(text) as Partial<StoredSignIn>;
    return typeof stored.refreshToken === "string" && typeof stored.userId === "string"
      ? { refreshToken: stored.refreshToken, userId: stored.userId } : null;
  }

  write(signIn: StoredSignIn | null): void {
    if (signIn !== null) {
      localStorage.setItem(signInKey(this.#slot), JSON.stringify(signIn));
      return;
    }
    localStorage.removeItem(signInKey(this.#slot));
    sessionStorage.removeItem(slotKey);
  }

  onChange(listener: () => void): () => void {
    const heard = (event: StorageEvent): void => {
      if (event.key === null || event.key === signInKey(this.#slot)) listener();
    };
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const locks = (navigator as { locks?: LockManager }).locks;
    return locks === undefined ? work() : locks.request(signInKey(this.#slot), work) as Promise<T>;
  }
}
