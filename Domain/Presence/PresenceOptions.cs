namespace CollabHub.Domain.Presence;

/// <summary>How presence is told.</summary>
public sealed record PresenceOptions
{
    /// <summary>How long a person without a connection stays, so that a page reload does not flash.</summary>
    public TimeSpan LeaveGrace { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The least time between two changes told to one session: 20 a second.</summary>
    public TimeSpan ChangeInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long nothing may come over a connection's line before its other side is asked for a sign of life.</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long nothing may come before the connection does not count.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often the lines are looked at.</summary>
    public TimeSpan SilenceLook { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Events that may wait for one watcher before a snapshot takes their place.</summary>
    public int WatchQueue { get; init; } = 256;
}
