using CollabHub.Domain.Errors;
using CollabHub.Hubs.Errors;

namespace CollabHub.Hubs.Realtime;

/// <summary>Lets nobody open a connection on a node that is stopping: 503 sends balancers to the next one. Requests are served to the end.</summary>
internal sealed class DrainingGate(RequestDelegate next, Draining draining)
{
    private static readonly CollabError Stopping = new("server.draining", ErrorKind.Unavailable, "This server is stopping; connect again.");

    public Task InvokeAsync(HttpContext context) =>
        draining.HasBegun && (context.WebSockets.IsWebSocketRequest || context.Request.Path.StartsWithSegments("/hubs"))
            ? Stopping.ToProblem().ExecuteAsync(context)
            : next(context);
}
