using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace CollabHub.Hubs.Connections;

/// <summary>Why the server ends a hub connection, as SignalR's close message tells it. docs/protocol.md, The end of a connection.</summary>
/// <param name="Reason">The words that close frames of sockets have for it.</param>
/// <param name="MayReturn">Whether clients that reconnect by themselves should.</param>
public sealed record HubEnd(string Reason, bool MayReturn)
{
    /// <summary>The sign-in behind the connection has ended.</summary>
    public static readonly HubEnd SignInEnded = new("sign-in ended", MayReturn: false);

    /// <summary>The access token ran out and was not renewed.</summary>
    public static readonly HubEnd TokenExpired = new("token expired", MayReturn: true);

    /// <summary>More came, for too long, than one connection may send.</summary>
    public static readonly HubEnd RateLimited = new("rate.limited", MayReturn: false);
}

/// <summary>How hub connections are ended with a reason.</summary>
public static class HubEnds
{
    /// <summary>Hub methods and what they start are never given the connection itself; its lifetime manager is, before any of them, and keeps it for them.</summary>
    internal static void Keep(this HubConnectionContext connection) => connection.Features.Set(connection);

    /// <summary>Ends a connection and tells it why, if it reads. Waits for nothing: what is told goes to <see cref="HubOutput"/>, which takes it at once.</summary>
    public static void End(this HubCallerContext context, HubEnd end)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(end);
        if (context.Features.Get<HubConnectionContext>() is { } connection) _ = EndAsync(connection, end);
        else context.Abort();
    }

    /// <summary>The same from below the hub; before the handshake there is nobody to tell.</summary>
    internal static void End(this ConnectionContext line, HubEnd end)
    {
        if (line.Features.Get<HubConnectionContext>() is { } connection) _ = EndAsync(connection, end);
        else line.Abort(new ConnectionAbortedException(end.Reason));
    }

    /// <summary>Has no one to observe it and needs none: SignalR logs a message that cannot be written and ends the connection; it throws nothing.</summary>
    private static async Task EndAsync(HubConnectionContext connection, HubEnd end)
    {
        try
        {
            await connection.WriteAsync(new CloseMessage(end.Reason, end.MayReturn));
        }
        finally
        {
            connection.Abort();
        }
    }
}
