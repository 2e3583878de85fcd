using CollabHub.Domain.Errors;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>The one place where an expected failure becomes a hub error: a word of a closed list, then the code.</summary>
public static class HubErrors
{
    /// <summary>A token that is none, has run out, or is of somebody else.</summary>
    public static HubException TokenInvalid => EdgeErrors.TokenInvalid.ToHubException();

    /// <summary>A defect; what it was stands in the log.</summary>
    public static HubException Internal => new("internal: internal");

    /// <summary>Such as <c>not_found: file.not_found</c>.</summary>
    public static HubException ToHubException(this CollabError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new HubException($"{Word(error.Kind)}: {error.Code}");
    }

    private static string Word(ErrorKind kind) => kind switch
    {
        ErrorKind.Unauthenticated => "unauthenticated",
        ErrorKind.Forbidden => "permission_denied",
        ErrorKind.NotFound => "not_found",
        ErrorKind.Conflict or ErrorKind.Gone or ErrorKind.PreconditionFailed => "conflict",
        ErrorKind.TooLarge => "too_large",
        ErrorKind.RateLimited => "rate_limited",
        ErrorKind.Unavailable => "store_unavailable",
        _ => "bad_request",
    };
}
