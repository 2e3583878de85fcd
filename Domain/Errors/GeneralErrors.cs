namespace CollabHub.Domain.Errors;

/// <summary>Refusals that belong to no one resource.</summary>
public static class GeneralErrors
{
    /// <summary>The caller asks too often.</summary>
    public static readonly CollabError RateLimited = new("rate.limited", ErrorKind.RateLimited, "Too many requests; try again after the time in Retry-After.");

    /// <summary>The database does not answer.</summary>
    public static readonly CollabError StoreUnavailable = new("store.unavailable", ErrorKind.Unavailable, "The store does not answer right now; try again shortly.");

    /// <summary>The content of one or more fields is not acceptable.</summary>
    public static CollabError Invalid(IReadOnlyDictionary<string, string[]> fields) =>
        new("validation.failed", ErrorKind.Invalid, "Some fields are not acceptable.") { Fields = fields };

    /// <summary>The content of one field is not acceptable; <paramref name="problem"/> ends a sentence about it.</summary>
    public static CollabError Invalid(string field, string problem) => Invalid(new Dictionary<string, string[]> { [field] = [problem] });
}
