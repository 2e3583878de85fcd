using CollabHub.Domain;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// Warns hub connections whose access token runs out, ends those that did not renew it a minute later, and those whose sign-in has ended.
/// </summary>
public sealed class ConnectionExpiry(MessageTokens tokens, SignInConnections signIns, TimeProvider time)
{
    /// <summary>How long a connection outlives its token, so that a client in trouble can still renew.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>How long before its token runs out a connection is warned.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromSeconds(60);

    private const string Key = "expiry";

    private readonly SignInConnections _signIns = signIns;
    private readonly TimeProvider _time = time;

    /// <summary>Starts to watch a new connection.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="warn">Tells it when its token runs out; called at most once for each token.</param>
    public void Watch(HubCallerContext context, Func<DateTimeOffset, Task> warn)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Items[Key] = new Watched(this, context, warn);
    }

    /// <summary>Watches an answer that goes on for as long as its reader likes, until the answer of this call is disposed; nothing renews it.</summary>
    public IDisposable Watch(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return new WatchedAnswer(
            _signIns.Watch(http.User, http.Abort), _time.CreateTimer(_ => http.Abort(), null, Left(http.User.ExpiresAt() + Grace), Timeout.InfiniteTimeSpan));
    }

    /// <summary>Takes a token of the same person, which keeps the connection if it ends later than the present one; false when it is none.</summary>
    public async Task<bool> RenewAsync(HubCallerContext context, UserId user, string accessToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var principal = await tokens.ValidateAsync(accessToken, context.ConnectionAborted);
        if (principal is null || principal.Actor().User != user || context.Items[Key] is not Watched watched) return false;
        watched.Renew(principal);
        return true;
    }

    /// <summary>The connection has ended.</summary>
    public void Forget(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (context.Items[Key] as IDisposable)?.Dispose();
    }

    private TimeSpan Left(DateTimeOffset until)
    {
        var left = until - _time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private sealed record WatchedAnswer(IDisposable SignIn, IDisposable End) : IDisposable
    {
        public void Dispose()
        {
            SignIn.Dispose();
            End.Dispose();
        }
    }

    private sealed class Watched : IDisposable
    {
        private readonly ConnectionExpiry _owner;
        private readonly HubCallerContext _context;
        private readonly ITimer _end;
        private readonly ITimer _warning;
        private IDisposable _signIn;
        private long _expires;

        public Watched(ConnectionExpiry owner, HubCallerContext context, Func<DateTimeOffset, Task> warn)
        {
            _owner = owner;
            _context = context;
            _end = owner._time.CreateTimer(_ => context.End(HubEnd.TokenExpired), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            // Nobody waits for it: a connection that cannot be told any more is ending.
            _warning = owner._time.CreateTimer(_ => _ = warn(Expires), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _signIn = WatchSignIn(context.User);
            Arm(context.User.ExpiresAt());
        }

        private DateTimeOffset Expires => new(Interlocked.Read(ref _expires), TimeSpan.Zero);

        public void Renew(System.Security.Claims.ClaimsPrincipal later)
        {
            // An older one that is still good says nothing about the one that the connection has.
            if (later.ExpiresAt() < Expires) return;
            // The token may come from another sign-in of the same person.
            Interlocked.Exchange(ref _signIn, WatchSignIn(later)).Dispose();
            Arm(later.ExpiresAt());
        }

        public void Dispose()
        {
            _end.Dispose();
            _warning.Dispose();
            _signIn.Dispose();
        }

        private IDisposable WatchSignIn(System.Security.Claims.ClaimsPrincipal? principal) =>
            _owner._signIns.Watch(principal, () => _context.End(HubEnd.SignInEnded));

        private void Arm(DateTimeOffset expires)
        {
            Interlocked.Exchange(ref _expires, expires.UtcTicks);
            _end.Change(_owner.Left(expires + Grace), Timeout.InfiniteTimeSpan);
            _warning.Change(_owner.Left(expires - Warning), Timeout.InfiniteTimeSpan);
        }
    }
}
