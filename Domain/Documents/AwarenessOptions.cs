namespace CollabHub.Domain.Documents;

/// <summary>How a set of awareness states behaves in time. The defaults are those of every Yjs client.</summary>
public sealed record AwarenessOptions
{
    /// <summary>The client id that this set speaks for; null on a server, which has no state of its own.</summary>
    public long? LocalClient { get; init; }

    /// <summary>Age at which the own state is announced again.</summary>
    public TimeSpan RenewAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Age at which a foreign state that nobody renewed is dropped.</summary>
    public TimeSpan ExpireAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the clock of a client that is gone is remembered. Longer than any echo of its last state can be under way;
    /// without an end, every page load would leave a clock for ever.
    /// </summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The furthest that one message may move a client's clock, see <see cref="AwarenessStates.Tame"/>. Honest clocks grow
    /// slowly; a client that comes back after a restart of the server brings all that it counted and was given before.
    /// </summary>
    public long ClockLeap { get; init; } = 1 << 30;

    /// <summary>How often <see cref="AwarenessStates.RenewLocal"/> and <see cref="AwarenessStates.RemoveExpired"/> are due.</summary>
    public static TimeSpan CheckEvery { get; } = TimeSpan.FromSeconds(3);
}
