namespace CollabHub.Domain.Editing;

/// <summary>Latencies since the last look, in buckets that grow by a quarter: percentiles at most a quarter too high, from 0.1 ms to about 2 minutes.</summary>
public sealed class LatencyWindow
{
    private const double Growth = 1.25;
    private const double FirstMs = 0.1;
    private const int Buckets = 64;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>Counts one latency.</summary>
    public void Add(TimeSpan latency)
    {
        var ms = latency.TotalMilliseconds;
        var bucket = ms <= FirstMs ? 0 : (int)Math.Ceiling(Math.Log(ms / FirstMs, Growth));
        Interlocked.Increment(ref _counts[Math.Min(bucket, Buckets - 1)]);
    }

    /// <summary>Takes what was counted since the last call.</summary>
    /// <returns>How many, and the upper bounds of the buckets in which the 50th and 99th percentile lie; zero when there were none.</returns>
    public LatencySummary Take()
    {
        Span<long> counts = stackalloc long[Buckets];
        long total = 0;
        for (var i = 0; i < Buckets; i++) total += counts[i] = Interlocked.Exchange(ref _counts[i], 0);
        return new LatencySummary(total, Percentile(counts, total, 0.50), Percentile(counts, total, 0.99));
    }

    private static TimeSpan Percentile(ReadOnlySpan<long> counts, long total, double share)
    {
        var wanted = (long)Math.Ceiling(total * share);
        if (wanted == 0) return TimeSpan.Zero;
        var bucket = 0;
        for (long seen = counts[0]; seen < wanted; seen += counts[bucket]) bucket++;
        return TimeSpan.FromMilliseconds(FirstMs * Math.Pow(Growth, bucket));
    }
}

/// <summary>A look at a <see cref="LatencyWindow"/>.</summary>
/// <param name="Count">Latencies counted.</param>
/// <param name="P50">Half of them were at most this.</param>
/// <param name="P99">99 of 100 were at most this.</param>
public readonly record struct LatencySummary(long Count, TimeSpan P50, TimeSpan P99);
