namespace CollabHub.Domain.Editing;

/// <summary>
/// Spreads what is told to many over a window, so that they do not all come to the other nodes at once: a few are told at once, the others
/// at an even pace.
/// </summary>
public static class Spreading
{
    /// <summary>How many are told at once; a small server need not wait for its end.</summary>
    public const int AtOnce = 20;

    /// <summary>The pace, a second, as long as the window suffices for it.</summary>
    public const int PerSecond = 200;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25);

    /// <summary>Tells everyone, the last one at the end of the window or before it; cancelling tells nobody else.</summary>
    /// <param name="all">Whom.</param>
    /// <param name="tell">Must not block.</param>
    /// <param name="window">The longest time that it takes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task RunAsync<T>(IReadOnlyList<T> all, Action<T> tell, TimeSpan window, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(tell);
        ArgumentNullException.ThrowIfNull(time);
        var perSecond = Math.Max(PerSecond, (all.Count - AtOnce) / window.TotalSeconds);
        var began = time.GetTimestamp();
        for (var told = 0; ;)
        {
            var due = Math.Min(all.Count, AtOnce + (time.GetElapsedTime(began).TotalSeconds * perSecond));
            while (told < due) tell(all[told++]);
            if (told == all.Count) return;
            await Task.Delay(Tick, time, ct);
        }
    }
}
