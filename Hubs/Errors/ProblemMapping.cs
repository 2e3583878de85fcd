using System.Globalization;
using CollabHub.Domain.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Errors;

/// <summary>The one place where an expected failure becomes an RFC 9457 problem.</summary>
public static class ProblemMapping
{
    /// <summary>The member that holds the wait in seconds, when the error knows it.</summary>
    internal const string RetryAfter = "retryAfter";

    /// <summary>The HTTP status of each kind of failure.</summary>
    public static int ToStatus(this ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Gone => StatusCodes.Status410Gone,
        ErrorKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorKind.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No status is declared for this kind."),
    };

    /// <summary>The problem document of a failure: <c>type</c> is <c>urn:collabhub:{code}</c>; <c>traceId</c> and the header <c>Retry-After</c> are added by the writer.</summary>
    public static ProblemHttpResult ToProblem(this CollabError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var extensions = new Dictionary<string, object?> { ["code"] = error.Code };
        if (error.Fields is { Count: > 0 } fields) extensions["errors"] = fields;
        if (error.RetryAfter is { } wait) extensions[RetryAfter] = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        var status = error.Kind.ToStatus();
        return TypedResults.Problem(
            detail: error.Message,
            statusCode: status,
            title: Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            type: string.Create(CultureInfo.InvariantCulture, $"urn:collabhub:{error.Code}"),
            extensions: extensions);
    }
}
