using System.Diagnostics;

namespace CollabHub.Tests;

/// <summary>Waits for a condition with a deadline, for what has no signal to await.</summary>
public static class Eventually
{
    /// <summary>How long a test waits for what must come: long enough that no busy machine makes it a failure; what is soon enough is measured by the timed tests.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90);

    /// <summary>Polls until the condition holds; fails the test after the deadline.</summary>
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    /// <summary>Polls until the condition holds; fails the test after the deadline.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, "The condition did not come true in time.");
            await timer.WaitForNextTickAsync();
        }
    }
}
