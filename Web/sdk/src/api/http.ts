import { CollabError } from "../errors";

/** An access token and when it stops working (ms since 1970). */
export interface AccessToken {
  value: string;
  expiresAt: number;
}

/** Gives the token to send; `fresh` asks for one that is not the one just refused. */
export type AccessTokenSource = (options?: { fresh?: boolean }) => Promise<AccessToken>;

export interface HttpOptions {
  /** Origin of the server, without a trailing slash; "" is the page's own. */
  baseUrl?: string;
  fetch?: typeof fetch;
}

export type Query = Record<string, string | number | undefined>;

/** JSON over HTTP under `/api`. Failures are `CollabError`s, "no answer" included. */
export class Http {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  /** Set by `ApiClient`; without it calls are anonymous. */
  tokens: AccessTokenSource | null = null;

  constructor(options: HttpOptions = {}) {
    this.#base = `${options.baseUrl ?? ""}/api`;
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  get<T>(path: string, query: Query = {}, options: { anonymous?: boolean } = {}): Promise<T> {
    return this.#send<T>("GET", path + queryString(query), undefined, options.anonymous === true);
  }

  /** Carries an `Idempotency-Key`, so that a repeated delivery creates one thing. */
  post<T>(path: string, body: unknown = {}, options: { anonymous?: boolean } = {}): Promise<T> {
    return this.#send<T>("POST", path, body, options.anonymous === true);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#send<T>("PATCH", path, body);
  }

  delete(path: string): Promise<void> {
    return this.#send<void>("DELETE", path);
  }

  async #send<T>(method: string, path: string, body?: unknown, anonymous = false): Promise<T> {
    const key = method === "POST" && !anonymous ? randomKey() : null;
    const tokens = anonymous ? null : this.tokens;
    const token = tokens === null ? null : await tokens();
    let response = await this.#attempt(method, path, body, token, key);
    if (response.status === 401 && tokens !== null)
      response = await this.#attempt(method, path, body, await tokens({ fresh: true }), key);
    if (!response.ok) throw await CollabError.from(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  async #attempt(method: string, path: string, body: unknown, token: AccessToken | null, key: string | null): Promise<Response> {
    const headers = new Headers({ Accept: "application/json, application/problem+json" });
    if (body !== undefined) headers.set("Content-Type", "application/json");
    if (token !== null) headers.set("Authorization", `Bearer ${token.value}`);
    if (key !== null) headers.set("Idempotency-Key", key);
    try {
      return await this.#fetch(this.#base + path, {
        method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw CollabError.unreachable(error);
    }
  }
}

function queryString(query: Query): string {
  const set = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return set.length === 0 ? "" : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}

// `crypto.randomUUID` exists on https and localhost only; a server on a LAN address is plain http.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
