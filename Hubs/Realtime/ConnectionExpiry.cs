using CollabHub.Domain;
using CollabHub.Hubs.Auth;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Ends hub connections whose access token ran out a minute ago and was not renewed, and those whose sign-in has ended.</summary>
public sealed class ConnectionExpiry(AccessTokens tokens, SignInConnections signIns, TimeProvider time)
{
    /// <summary>How long a connection outlives its token, so that a client in trouble can still renew.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private const string Key = "expiry";
    private const string SignIn = "signIn";

    /// <summary>Starts to watch a new connection.</summary>
    public void Watch(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var timer = time.CreateTimer(_ => context.Abort(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        context.Items[Key] = timer;
        context.Items[SignIn] = signIns.Watch(context.User, context.Abort);
        Arm(timer, context.User.ExpiresAt());
    }

    /// <summary>Takes a newer token of the same person; false when it is none.</summary>
    public async Task<bool> RenewAsync(HubCallerContext context, UserId user, string accessToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var principal = await tokens.ValidateAsync(accessToken);
        if (principal.Actor().User != user || context.Items[Key] is not ITimer timer) return false;
        Arm(timer, principal.ExpiresAt());
        return true;
    }

    /// <summary>The connection has ended.</summary>
    public void Forget(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (context.Items[Key] as ITimer)?.Dispose();
        (context.Items[SignIn] as IDisposable)?.Dispose();
    }

    private void Arm(ITimer timer, DateTimeOffset expires)
    {
        var left = expires + Grace - time.GetUtcNow();
        timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
