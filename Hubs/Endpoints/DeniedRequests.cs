using CollabHub.Domain;
using CollabHub.Domain.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Refused requests leave a row in the audit log.</summary>
internal static class DeniedRequests
{
    private const string Denied = "access.denied";

    /// <summary>Records the answer 403 of a route; every other answer passes as it is.</summary>
    public static async ValueTask<object?> RecordAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var answer = await next(call);
        if (ProblemOf(answer) is not { StatusCode: StatusCodes.Status403Forbidden } problem) return answer;
        var http = call.HttpContext;
        var code = problem.ProblemDetails.Extensions.TryGetValue("code", out var known) ? known as string : null;
        // Not cancellable: who hangs up is recorded all the same.
        await http.RequestServices.GetRequiredService<DeniedAttempts>().RecordAsync(http.Call(), AttemptOf(http, code ?? Denied), CancellationToken.None);
        return answer;
    }

    private static ProblemHttpResult? ProblemOf(object? answer) => answer switch
    {
        INestedHttpResult nested => ProblemOf(nested.Result),
        ProblemHttpResult problem => problem,
        _ => null,
    };

    private static DeniedAttempt AttemptOf(HttpContext http, string code)
    {
        var pattern = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern;
        var last = pattern?.Parameters.LastOrDefault(parameter => IdOf(http, parameter.Name) is not null)?.Name;
        var resource = last is null ? "" : last.Equals("wsId", StringComparison.Ordinal) ? "workspace" : last.Replace("Id", "", StringComparison.Ordinal);
        return new DeniedAttempt($"{http.Request.Method} {pattern?.RawText}", code, resource, last is null ? "" : $"{IdOf(http, last)}")
        {
            Workspace = IdOf(http, "wsId") is { } workspace ? new WorkspaceId(workspace) : null,
            Session = IdOf(http, "sessionId") is { } session ? new SessionId(session) : null,
            File = IdOf(http, "fileId") is { } file ? new FileId(file) : null,
        };
    }

    private static Guid? IdOf(HttpContext http, string name) => Guid.TryParse(http.GetRouteValue(name)?.ToString(), out var id) ? id : null;
}
