namespace CollabHub.Domain.Limits;

/// <summary>How often something may happen.</summary>
/// <param name="Key">What is counted, such as <c>invite:user:{id}</c>.</param>
/// <param name="Most">Times within the window.</param>
/// <param name="Window">Any stretch of this length.</param>
public readonly record struct RateRule(string Key, int Most, TimeSpan Window);

/// <summary>Counts what may happen only so often.</summary>
public interface IRateLimiter
{
    /// <summary>Counts one event under all rules, or under none when one of them is exhausted.</summary>
    /// <returns>Null when it may happen; else how long until it may.</returns>
    ValueTask<TimeSpan?> TakeAsync(IReadOnlyList<RateRule> rules, CancellationToken ct);
}
