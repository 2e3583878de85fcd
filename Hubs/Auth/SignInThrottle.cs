using System.Threading.RateLimiting;
using CollabHub.Domain.Accounts;
using CollabHub.Hubs.Options;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Auth;

/// <summary>Counts in memory, in windows that slide.</summary>
public sealed class SignInThrottle : ISignInThrottle, IDisposable
{
    private static readonly TimeSpan LoginWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RefreshWindow = TimeSpan.FromMinutes(1);
    private const int Segments = 15;

    private readonly PartitionedRateLimiter<string> _logins;
    private readonly PartitionedRateLimiter<Guid> _refreshes;

    /// <param name="options">The bounds.</param>
    public SignInThrottle(IOptions<LimitsOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var limits = options.Value;
        _logins = PartitionedRateLimiter.Create<string, string>(login => Window(login.ToUpperInvariant(), limits.FailedLoginsPerAccount, LoginWindow));
        _refreshes = PartitionedRateLimiter.Create<Guid, Guid>(family => Window(family, limits.RefreshesPerSignIn, RefreshWindow));
    }

    /// <inheritdoc/>
    public bool MayTry(string login) => Take(_logins, login, permits: 0);

    /// <inheritdoc/>
    public void Failed(string login) => Take(_logins, login, permits: 1);

    /// <inheritdoc/>
    public bool MayRefresh(Guid family) => Take(_refreshes, family, permits: 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        _logins.Dispose();
        _refreshes.Dispose();
    }

    private static bool Take<T>(PartitionedRateLimiter<T> limiter, T key, int permits)
    {
        using var lease = limiter.AttemptAcquire(key, permits);
        return lease.IsAcquired;
    }

    private static RateLimitPartition<T> Window<T>(T key, int permits, TimeSpan window) => RateLimitPartition.GetSlidingWindowLimiter(
        key, _ => new SlidingWindowRateLimiterOptions { PermitLimit = permits, Window = window, SegmentsPerWindow = Segments, QueueLimit = 0 });
}
