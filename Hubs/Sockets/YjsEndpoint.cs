using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Sockets;

/// <summary><c>/yjs/{fileId}</c> for stock y-websocket clients: what is known to be refused is answered before the upgrade.</summary>
public static class YjsEndpoint
{
    /// <summary>Maps the socket.</summary>
    public static void MapYjs(this IEndpointRouteBuilder routes) => routes.Map("/yjs/{fileId}", HandleAsync).ExcludeFromDescription();

    private static async Task HandleAsync(HttpContext context, string fileId, FileOpening opening, YjsSocketOptions options, SignInConnections signIns, TimeProvider time)
    {
        if (await RefusalAsync(context, fileId, opening) is { } refusal)
        {
            await refusal.ToProblem().ExecuteAsync(context);
            return;
        }
        var ct = context.RequestAborted;
        var opened = await opening.OpenAsync(context.Actor(), new FileId(Guid.Parse(fileId)), stateVector: null, echo: true, context.Line(), ct);
        if (!opened.TryGet(out var file, out var error))
        {
            await error.ToProblem().ExecuteAsync(context);
            return;
        }
        using (file)
        {
            using var socket = await context.AcceptMessagesAsync(options, time);
            using (signIns.Watch(context.User, () => socket.End(CloseCodes.SignInEnded)))
            {
                await new YjsSocket(socket, file, options, time, context.User.ExpiresAt()).RunAsync();
            }
        }
    }

    /// <summary>Answers the upgrade.</summary>
    internal static async Task<MessageSocket> AcceptMessagesAsync(this HttpContext context, YjsSocketOptions options, TimeProvider time) => new(
        await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.PingInterval, KeepAliveTimeout = options.PingTimeout,
        }),
        context.Pass(),
        options,
        time);

    private static async Task<CollabError?> RefusalAsync(HttpContext context, string fileId, FileOpening opening)
    {
        if (!context.WebSockets.IsWebSocketRequest) return SocketErrors.UpgradeRequired;
        if (context.Actor().User is not { } user) return SocketErrors.Unauthenticated;
        if (!Guid.TryParseExact(fileId, "D", out var id) || id.ToString() != fileId) return AccessErrors.FileNotFound;
        var role = await opening.RoleAsync(user, new FileId(id), context.RequestAborted);
        return AccessPolicy.Allows(role, Permission.FilesRead) ? null : AccessErrors.FileNotFound;
    }
}

/// <summary>Refusals at the upgrade.</summary>
internal static class SocketErrors
{
    /// <summary>A plain request to a socket's address.</summary>
    public static readonly CollabError UpgradeRequired = new("socket.upgrade_required", ErrorKind.Invalid, "This address answers WebSocket upgrades only.");

    /// <summary>No token, or not a good one.</summary>
    public static readonly CollabError Unauthenticated = new("auth.required", ErrorKind.Unauthenticated, "Sign in first; pass the access token as access_token.");
}
