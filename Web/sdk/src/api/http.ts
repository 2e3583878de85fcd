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

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#send<T>("PUT", path, body);
  }

  /** The answer in the form of that media type. */
  async form(path: string, query: Query, type: string): Promise<Blob> {
    return (await this.#response("GET", path + queryString(query), undefined, false, type)).blob();
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#send<T>("PATCH", path, body);
  }

  delete(path: string, body?: unknown): Promise<void> {
    return this.#send<void>("DELETE", path, body);
  }

  /** The answer's text as it is. */
  async text(path: string, query: Query = {}): Promise<string> {
    return (await this.#response("GET", path + queryString(query), undefined, false)).text();
  }

  /** The answer's bytes; `progress` hears how many have come. */
  async download(path: string, progress: (bytes: number) => void = () => undefined): Promise<Blob> {
    const response = await this.#response("GET", path, undefined, false);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let count = 0;
    try {
      const reader = response.body!.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        chunks.push(next.value);
        progress(count += next.value.length);
      }
    } catch (error) {
      // Cut off in the middle: what has come is not the whole.
      throw CollabError.unreachable(error);
    }
    return new Blob(chunks, { type: response.headers.get("Content-Type") ?? "" });
  }

  /** Sends bytes of the given type. */
  async upload<T>(path: string, body: Blob, type: string): Promise<T> {
    const bytes = body.slice(0, body.size, type);
    return await (await this.#response("POST", path, bytes, false)).json() as T;
  }

  async #send<T>(method: string, path: string, body?: unknown, anonymous = false): Promise<T> {
    const response = await this.#response(method, path, body, anonymous);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  async #response(method: string, path: string, body: unknown, anonymous: boolean, type = "application/json"): Promise<Response> {
    const key = method === "POST" && !anonymous ? randomKey() : null;
    const tokens = anonymous ? null : this.tokens;
    const token = tokens === null ? null : await tokens();
    let response = await this.#attempt(method, path, body, token, key, type);
    if (response.status === 401 && tokens !== null)
      response = await this.#attempt(method, path, body, await tokens({ fresh: true }), key, type);
    if (!response.ok) throw await CollabError.from(response);
    return response;
  }

  async #attempt(method: string, path: string, body: unknown, token: AccessToken | null, key: string | null, type: string): Promise<Response> {
    const headers = new Headers({ Accept: `${type}, application/problem+json` });
    const bytes = body instanceof Blob ? body : null;
    if (body !== undefined) headers.set("Content-Type", bytes?.type ?? "application/json");
    if (token !== null) headers.set("Authorization", `Bearer ${token.value}`);
    if (key !== null) headers.set("Idempotency-Key", key);
    try {
      return await this.#fetch(this.#base + path, {
        method, headers, ...(body === undefined ? {} : { body: bytes ?? JSON.stringify(body) }),
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
