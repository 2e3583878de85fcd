namespace CollabHub.Tests;

/// <summary>
/// A clock on the wall that stands still unless it is moved, while timers run as they do. For leaps of days: a faked timer would ring once for
/// every second that is leapt over, in every part of the server.
/// </summary>
public sealed class JumpingClock : TimeProvider
{
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private long _leapt;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(Interlocked.Read(ref _leapt));

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _leapt, by.Ticks);
}
