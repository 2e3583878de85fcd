using System.Threading.RateLimiting;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Limits;
using CollabHub.Hubs.Options;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Auth;

/// <summary>Counts in memory, in windows that slide.</summary>
public sealed class SignInThrottle : ISignInThrottle, IDisposable
{
    private static readonly TimeSpan LoginWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RefreshWindow = TimeSpan.FromMinutes(1);
    private const int Segments = 15;

    private readonly GrowingDelays _logins;
    private readonly PartitionedRateLimiter<Guid> _refreshes;

    /// <param name="options">The bounds.</param>
    /// <param name="clock">The time.</param>
    public SignInThrottle(IOptions<LimitsOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        var limits = options.Value;
        _logins = new GrowingDelays(limits.FailedLoginsPerAccount, LoginWindow, clock);
        _refreshes = PartitionedRateLimiter.Create<Guid, Guid>(family => RateLimitPartition.GetSlidingWindowLimiter(
            family,
            _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = limits.RefreshesPerSignIn, Window = RefreshWindow, SegmentsPerWindow = Segments, QueueLimit = 0,
            }));
    }

    /// <inheritdoc/>
    public TimeSpan? Try(string account) => _logins.Try(Key(account));

    /// <inheritdoc/>
    public void Succeeded(string account) => _logins.Clear(Key(account));

    /// <inheritdoc/>
    public bool MayRefresh(Guid family)
    {
        using var lease = _refreshes.AttemptAcquire(family);
        return lease.IsAcquired;
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshes.Dispose();

    private static string Key(string account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.ToUpperInvariant();
    }
}
