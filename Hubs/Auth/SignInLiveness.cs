using System.Collections.Concurrent;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Live;

namespace CollabHub.Hubs.Auth;

/// <summary>
/// Whether a sign-in goes on, for calls whose access token would be good for some more minutes. The answer is at most
/// <see cref="Lease"/> old, so that an end counts everywhere within a second without a query for every call.
/// </summary>
public sealed class SignInLiveness(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private const int SweepOver = 4_096;

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _liveUntil = [];

    /// <summary>Asks the table unless it was asked within the lease; <paramref name="mayLease"/> false asks in any case.</summary>
    public async ValueTask<bool> IsLiveAsync(Guid family, bool mayLease, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (mayLease && _liveUntil.TryGetValue(family, out var until) && now < until) return true;
        await using var scope = scopes.CreateAsyncScope();
        if (!await scope.ServiceProvider.GetRequiredService<IRefreshTokenStore>().IsLiveAsync(family, ct)) return false;
        if (_liveUntil.Count > SweepOver) Sweep(now);
        _liveUntil[family] = now + Lease;
        return true;
    }

    /// <summary>Forgets what this node believed of the ended sign-ins.</summary>
    public void Forget(SignInEnded ended)
    {
        ArgumentNullException.ThrowIfNull(ended);
        if (ended.Only is { } family) _liveUntil.TryRemove(family, out _);
        else _liveUntil.Clear();
    }

    private void Sweep(DateTimeOffset now)
    {
        foreach (var (family, until) in _liveUntil)
        {
            if (until <= now) _liveUntil.TryRemove(family, out _);
        }
    }
}
