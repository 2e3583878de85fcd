namespace CollabHub.Domain.Errors;

/// <summary>What sort of failure an error is; every edge maps it once (HTTP status, hub error, close code).</summary>
public enum ErrorKind
{
    /// <summary>The request is understood but its content is not acceptable (422).</summary>
    Invalid,
    /// <summary>Nobody is signed in, or the credentials are wrong (401).</summary>
    Unauthenticated,
    /// <summary>The caller sees the resource but its role does not allow the action (403).</summary>
    Forbidden,
    /// <summary>The resource does not exist, or the caller may not know that it does (404).</summary>
    NotFound,
    /// <summary>The action contradicts the present state (409).</summary>
    Conflict,
    /// <summary>What was good once is used, revoked or expired (410).</summary>
    Gone,
    /// <summary>An <c>If-Match</c> does not hold (412).</summary>
    PreconditionFailed,
    /// <summary>Over a size bound (413).</summary>
    TooLarge,
    /// <summary>Over a rate bound (429).</summary>
    RateLimited,
    /// <summary>A store or engine does not answer; the same request may succeed later (503).</summary>
    Unavailable,
}

/// <summary>An expected failure, as a value.</summary>
/// <param name="Code">Stable and machine-readable, <c>resource.reason</c>; every code is listed in docs/errors.md.</param>
/// <param name="Kind">Decides the HTTP status and whether a retry can help.</param>
/// <param name="Message">One sentence for a person; never contains secrets or internals.</param>
public sealed record CollabError(string Code, ErrorKind Kind, string Message)
{
    /// <summary>The fields at fault, by their JSON name, when <see cref="Kind"/> is <see cref="ErrorKind.Invalid"/>.</summary>
    public IReadOnlyDictionary<string, string[]>? Fields { get; init; }

    /// <summary>How long to wait before a repetition can succeed, when that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may succeed when repeated unchanged.</summary>
    public bool IsTransient => Kind is ErrorKind.Unavailable or ErrorKind.RateLimited;
}
