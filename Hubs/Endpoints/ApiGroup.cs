using CollabHub.Hubs.Errors;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Where every REST route hangs.</summary>
public static class ApiGroup
{
    /// <summary>
    /// A group under <c>/api</c>. Its routes need a signed-in caller unless they say <c>AllowAnonymous</c>, and a bad
    /// <c>limit</c> or <c>cursor</c> of a <see cref="PageRequest"/> argument is answered before the handler runs. The answer 403 leaves a row in the audit log.
    /// </summary>
    /// <param name="routes">The application.</param>
    /// <param name="prefix">Such as <c>/workspaces</c>.</param>
    /// <param name="tag">The heading in the API description.</param>
    public static RouteGroupBuilder MapApiGroup(this IEndpointRouteBuilder routes, string prefix, string tag) => routes
        .MapGroup("/api" + prefix)
        .WithTags(tag)
        .RequireAuthorization()
        .AddEndpointFilter(DeniedRequests.RecordAsync)
        .AddEndpointFilter(async (call, next) =>
            call.Arguments.OfType<PageRequest>().SingleOrDefault() is { Error: { } error } ? error.ToProblem() : await next(call));
}
