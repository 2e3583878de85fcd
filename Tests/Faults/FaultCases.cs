using CollabHub.Tests.Faults.Rig;

namespace CollabHub.Tests.Faults;

/// <summary>One line of the fault matrix.</summary>
/// <param name="Id">Such as <c>F01</c>.</param>
/// <param name="What">In words.</param>
/// <param name="Act">Does the fault and mends it, while everyone types; answers how long service took to be back, or null where nothing was away.</param>
internal sealed record FaultCase(string Id, string What, Func<FaultWorld, Task<TimeSpan?>> Act)
{
    /// <summary>Whether C15 is looked at: who is not concerned must not be held up.</summary>
    public bool MustNotHoldUp { get; init; }

    /// <summary>The longest that anyone may be out of sync; null where that is told otherwise.</summary>
    public TimeSpan? AwayLimit { get; init; }

    /// <summary>Whether people type while it happens; else it makes its own.</summary>
    public bool WhileTyping { get; init; } = true;
}

/// <summary>Every fault of the matrix that is done to a cluster.</summary>
internal static class FaultCases
{
    public static IReadOnlyList<FaultCase> All { get; } = [.. NodeFaults.All, .. RedisFaults.All, .. PostgresFaults.All, .. ClientFaults.All, .. AccessFaults.All];
}
