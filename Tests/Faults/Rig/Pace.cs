using System.Diagnostics;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>Waiting in the fault harness: for a condition with a limit, or for as long as a fault is meant to last.</summary>
internal static class Pace
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Polls until the condition holds; answers how long that took, or fails with what is the case instead.</summary>
    public static async Task<TimeSpan> UntilAsync(TimeSpan limit, Func<string> otherwise, Func<Task<bool>> condition)
    {
        var began = Stopwatch.GetTimestamp();
        if (await HoldsWithinAsync(limit, condition)) return Stopwatch.GetElapsedTime(began);
        Assert.Fail($"After {limit.TotalSeconds:F0} s: {otherwise()}");
        return limit;
    }

    /// <summary>Polls until the condition holds; whether it did in time.</summary>
    public static async Task<bool> HoldsWithinAsync(TimeSpan limit, Func<Task<bool>> condition)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > limit) return false;
            await timer.WaitForNextTickAsync();
        }
        return true;
    }

    /// <summary>The time that a fault lasts, or that people type between two.</summary>
    public static async Task LastAsync(TimeSpan time)
    {
        if (time <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
