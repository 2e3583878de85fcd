/** What an `application/problem+json` answer (RFC 9457) carries, as far as clients use it. */
export interface Problem {
  /** Stable, machine-readable: `auth.invalid_credentials`, `workspace.not_found`, … */
  code: string;
  /** HTTP status; 0 when no answer arrived at all. */
  status: number;
  title: string;
  detail?: string;
  /** Validation: field name → sentences to show beside that field. */
  errors?: Record<string, string[]>;
}

/** An expected failure: refused by the server, or the server could not be reached (`code` `network.unreachable`). */
export class CollabError extends Error implements Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: Record<string, string[]>;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "CollabError";
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors ?? {};
  }

  /** No answer, or one that says "later": the same request may succeed unchanged. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  static unreachable(cause: unknown): CollabError {
    const error = new CollabError({
      code: "network.unreachable",
      status: 0,
      title: "The server cannot be reached.",
      detail: "The server cannot be reached. Check your connection and try again.",
    });
    error.cause = cause;
    return error;
  }

  /** Reads the body of a failed answer; a body that is not problem+json still gives a usable error. */
  static async from(response: Response): Promise<CollabError> {
    const body: unknown = await response.json().catch(() => null);
    const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
    return new CollabError({
      code: problem.code ?? `http.${response.status}`,
      status: response.status,
      title: problem.title ?? (response.statusText || `The server answered ${response.status}.`),
      ...(problem.detail === undefined ? {} : { detail: problem.detail }),
      ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    });
  }
}

/** The words of hub errors, and what REST answers in the same case. */
const hubStatus: Record<string, number> = {
  bad_request: 400, unauthenticated: 401, permission_denied: 403, not_found: 404, conflict: 409, too_large: 413, rate_limited: 429,
  store_unavailable: 503, internal: 500,
};

/**
 * The error of a hub call. A hub can only send one sentence (`HubException`): a word of a closed list and the stable code, as in
 * `not_found: session.not_found`. Anything else means that the connection failed.
 */
export function hubError(error: unknown): CollabError {
  const message = error instanceof Error ? error.message : String(error);
  const [, word = "", code] = /HubException: ([a-z_]+)(?:: ([a-z_.]+))?/.exec(message) ?? [];
  const status = hubStatus[word];
  if (status === undefined) return CollabError.unreachable(error);
  return new CollabError({ code: code ?? word, status, title: "The server refused the request." });
}

/** Trying again as the same person, unchanged, cannot help. */
export const isFinal = (error: CollabError): boolean =>
  error.code === "auth.signed_out" || (error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status));
