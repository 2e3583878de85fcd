using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Sockets;

/// <summary><c>/hocuspocus</c> for stock Hocuspocus providers: one socket, many documents, the token in a message of each.</summary>
public static class HocuspocusEndpoint
{
    /// <summary>Maps the socket; providers append nothing to the address.</summary>
    public static void MapHocuspocus(this IEndpointRouteBuilder routes) => routes.Map("/hocuspocus", HandleAsync).ExcludeFromDescription();

    private static async Task HandleAsync(
        HttpContext context, FileOpening opening, MessageTokens tokens, YjsSocketOptions options, SignInConnections signIns, TimeProvider time)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await SocketErrors.UpgradeRequired.ToProblem().ExecuteAsync(context);
            return;
        }
        using var socket = await context.AcceptMessagesAsync(options, time);
        await using var connection = new HocuspocusSocket(socket, context.Pass(), context.Line(), opening, tokens, signIns, options, time);
        await connection.RunAsync();
    }
}
