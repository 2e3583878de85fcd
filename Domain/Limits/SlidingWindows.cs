namespace CollabHub.Domain.Limits;

/// <summary>Rate limits of one process: the times of the last events by key, forgotten when they leave their window.</summary>
public sealed class SlidingWindows(TimeProvider clock) : IRateLimiter
{
    private const int SweepEvery = 1024;

    // Guards _events and _sinceSweep.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<DateTimeOffset>> _events = [];
    private int _sinceSweep;

    /// <inheritdoc/>
    public ValueTask<TimeSpan?> TakeAsync(IReadOnlyList<RateRule> rules, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ct.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            Sweep(now);
            TimeSpan? wait = null;
            foreach (var rule in rules)
            {
                var left = Wait(rule, now);
                if (left > (wait ?? TimeSpan.Zero)) wait = left;
            }
            if (wait is null)
            {
                // An entry is the moment at which the event leaves its window.
                foreach (var rule in rules) Of(rule.Key).Enqueue(now + rule.Window);
            }
            return ValueTask.FromResult(wait);
        }
    }

    private Queue<DateTimeOffset> Of(string key)
    {
        if (!_events.TryGetValue(key, out var queue)) _events[key] = queue = new Queue<DateTimeOffset>();
        return queue;
    }

    private TimeSpan Wait(RateRule rule, DateTimeOffset now)
    {
        if (!_events.TryGetValue(rule.Key, out var queue)) return rule.Most > 0 ? TimeSpan.Zero : rule.Window;
        Forget(queue, now);
        if (queue.Count < rule.Most) return TimeSpan.Zero;
        return queue.Count == 0 ? rule.Window : queue.Peek() - now;
    }

    private static void Forget(Queue<DateTimeOffset> queue, DateTimeOffset now)
    {
        while (queue.TryPeek(out var leaves) && leaves <= now) queue.Dequeue();
    }

    private void Sweep(DateTimeOffset now)
    {
        if (++_sinceSweep < SweepEvery) return;
        _sinceSweep = 0;
        foreach (var (key, queue) in _events)
        {
            Forget(queue, now);
            if (queue.Count == 0) _events.Remove(key);
        }
    }
}
