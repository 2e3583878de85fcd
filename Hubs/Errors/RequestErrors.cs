using CollabHub.Domain.Errors;

namespace CollabHub.Hubs.Errors;

/// <summary>Refusals that the edge itself gives, before any use case is asked.</summary>
public static class RequestErrors
{
    /// <summary>The content of one or more fields is not acceptable.</summary>
    public static CollabError Invalid(IReadOnlyDictionary<string, string[]> fields) =>
        new("validation.failed", ErrorKind.Invalid, "Some fields are not acceptable.") { Fields = fields };

    /// <summary>The content of one field is not acceptable.</summary>
    public static CollabError Invalid(string field, string problem) => Invalid(new Dictionary<string, string[]> { [field] = [problem] });

    /// <summary>The caller asks too often.</summary>
    public static readonly CollabError RateLimited = new("rate.limited", ErrorKind.RateLimited, "Too many requests; try again after the time in Retry-After.");

    /// <summary>The database does not answer.</summary>
    public static readonly CollabError StoreUnavailable = new("store.unavailable", ErrorKind.Unavailable, "The store does not answer right now; try again shortly.");
}
