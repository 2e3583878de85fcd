using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Limits;

/// <summary>The refusals of rate limits.</summary>
public static class LimitErrors
{
    /// <summary>Too often; the wait is part of the answer.</summary>
    public static CollabError RateLimited(TimeSpan wait) =>
        new("rate.limited", ErrorKind.RateLimited, "Too many requests; wait as long as Retry-After says.") { RetryAfter = wait };
}
