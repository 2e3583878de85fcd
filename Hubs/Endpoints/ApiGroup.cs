using CollabHub.Domain.Errors;
using CollabHub.Hubs.Errors;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Where every REST route hangs.</summary>
public static class ApiGroup
{
    /// <summary>
    /// A group under <c>/api</c>. Its routes need a signed-in caller unless they say <c>AllowAnonymous</c>, and a bad
    /// <c>limit</c> or <c>cursor</c> of a <see cref="PageRequest"/> argument or NUL in a query is answered before the handler runs. The answer 403 leaves a row in the audit log.
    /// </summary>
    /// <param name="routes">The application.</param>
    /// <param name="prefix">Such as <c>/workspaces</c>.</param>
    /// <param name="tag">The heading in the API description.</param>
    public static RouteGroupBuilder MapApiGroup(this IEndpointRouteBuilder routes, string prefix, string tag) => routes
        .MapGroup("/api" + prefix)
        .WithTags(tag)
        .RequireAuthorization()
        .AddEndpointFilter(DeniedRequests.RecordAsync)
        .AddEndpointFilter(async (call, next) => RefusalOf(call) is { } error ? error.ToProblem() : await next(call));

    private static CollabError? RefusalOf(EndpointFilterInvocationContext call)
    {
        if (call.Arguments.OfType<PageRequest>().SingleOrDefault() is { Error: { } error }) return error;
        // No text that is stored or looked for holds NUL, and Postgres takes none.
        var bad = call.HttpContext.Request.Query.FirstOrDefault(query => query.Value.Any(value => value?.Contains('\0', StringComparison.Ordinal) == true));
        return bad.Key is { } name ? GeneralErrors.Invalid(name, "must not contain NUL") : null;
    }
}
