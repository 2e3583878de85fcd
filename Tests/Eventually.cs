using System.Diagnostics;

namespace CollabHub.Tests;

/// <summary>Waits for a condition with a deadline, for what has no signal to await.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    /// <summary>Polls until the condition holds; fails the test after the deadline.</summary>
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    /// <summary>Polls until the condition holds; fails the test after the deadline.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Deadline, "The condition did not come true in time.");
            await timer.WaitForNextTickAsync();
        }
    }
}
