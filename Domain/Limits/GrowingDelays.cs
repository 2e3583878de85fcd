namespace CollabHub.Domain.Limits;

/// <summary>
/// Tries that cost time: within a window the first few are free, each further one must wait twice as long after the one before,
/// from <see cref="FirstDelay"/> up to the window itself. In the memory of one process.
/// </summary>
/// <param name="free">Tries in a window without a wait.</param>
/// <param name="window">How long a try is remembered.</param>
/// <param name="clock">The time.</param>
public sealed class GrowingDelays(int free, TimeSpan window, TimeProvider clock)
{
    /// <summary>The wait after the last free try.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(30);

    private const int MostDoublings = 16;
    private const int SweepEvery = 1024;

    // Guards _tries and _sinceSweep.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<DateTimeOffset>> _tries = [];
    private int _sinceSweep;

    /// <summary>Counts a try; or, when it comes too early, counts nothing and answers how long until one may be made.</summary>
    public TimeSpan? Try(string key)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            Sweep(now);
            if (!_tries.TryGetValue(key, out var made)) _tries[key] = made = new Queue<DateTimeOffset>();
            Forget(made, now);
            if (WaitAfter(made, now) is { } wait) return wait;
            made.Enqueue(now);
            return null;
        }
    }

    /// <summary>Forgets all tries of a key.</summary>
    public void Clear(string key)
    {
        lock (_lock) _tries.Remove(key);
    }

    private TimeSpan? WaitAfter(Queue<DateTimeOffset> made, DateTimeOffset now)
    {
        if (made.Count < free) return null;
        var doubled = FirstDelay * Math.Pow(2, Math.Min(made.Count - free, MostDoublings));
        var next = made.Last() + (doubled < window ? doubled : window);
        return next > now ? next - now : null;
    }

    private void Forget(Queue<DateTimeOffset> made, DateTimeOffset now)
    {
        while (made.TryPeek(out var first) && first + window <= now) made.Dequeue();
    }

    private void Sweep(DateTimeOffset now)
    {
        if (++_sinceSweep < SweepEvery) return;
        _sinceSweep = 0;
        foreach (var (key, made) in _tries)
        {
            Forget(made, now);
            if (made.Count == 0) _tries.Remove(key);
        }
    }
}
