namespace CollabHub.Domain.Editing;

/// <summary>Which room speaks on the bus.</summary>
/// <param name="Node">One run of one node's process.</param>
/// <param name="Opening">Which of that run's openings: a room that was put away and opened again counts anew.</param>
public readonly record struct BusSender(string Node, long Opening);

/// <summary>What rooms of the same file on different nodes tell each other. A doorbell: whatever is missed is in the log.</summary>
public abstract record RoomBusMessage(BusSender From);

/// <summary>Updates that a node relayed to its own subscribers, merged.</summary>
/// <param name="From">The sending room.</param>
/// <param name="Number">1, 2, 3 … per sender; a gap means that something was missed.</param>
/// <param name="Update">One Yjs v1 update.</param>
public sealed record BusEdits(BusSender From, long Number, ReadOnlyMemory<byte> Update) : RoomBusMessage(From);

/// <summary>
/// Some of what a sender published as numbers <paramref name="First"/> to <paramref name="Last"/> is in the log as <paramref name="FirstSeq"/> to
/// <paramref name="LastSeq"/>; whoever heard all of these numbers has these records. 0 instead of numbers: read the log.
/// </summary>
/// <param name="From">The sending room.</param>
/// <param name="First">The first number.</param>
/// <param name="Last">The last number.</param>
/// <param name="FirstSeq">The first record.</param>
/// <param name="LastSeq">The last record.</param>
/// <param name="Settled">All of what the sender published up to this number is in the log.</param>
public sealed record BusCommitted(BusSender From, long First, long Last, long FirstSeq, long LastSeq, long Settled) : RoomBusMessage(From);

/// <summary>Newest cursor states of a node's subscribers, as one awareness update.</summary>
public sealed record BusCursors(BusSender From, ReadOnlyMemory<byte> Awareness) : RoomBusMessage(From);

/// <summary>A room was opened, or hears the others again: those that hold uncommitted updates or cursors publish them again.</summary>
public sealed record BusHello(BusSender From) : RoomBusMessage(From);

/// <summary>Never sent; a channel tells its own room that it works again after a break, in which anything may have been missed.</summary>
public sealed record BusResumed() : RoomBusMessage(default(BusSender));

/// <summary>The other nodes, as one room sees them.</summary>
public interface IRoomBus
{
    /// <summary>This run of this node, unique in the cluster and never used again.</summary>
    string Node { get; }

    /// <summary>
    /// Starts to hear of a file; complete when messages published from now on will arrive, or when the bus is away: then the
    /// channel keeps trying and says <see cref="BusResumed"/> once it works.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="receive">Called for every message of other nodes, in order per node; must not block.</param>
    /// <param name="ct">Gives up.</param>
    ValueTask<IRoomChannel> SubscribeAsync(FileId file, Action<RoomBusMessage> receive, CancellationToken ct);
}

/// <summary>One file's line to the other nodes. Disposing it ends the subscription.</summary>
public interface IRoomChannel : IAsyncDisposable
{
    /// <summary>Hands a message over; never blocks, may drop (the log makes up for it).</summary>
    void Publish(RoomBusMessage message);

    /// <summary>
    /// The log held something that this channel should have brought: it looks whether it still hears, repairs itself if not,
    /// and then says <see cref="BusResumed"/>.
    /// </summary>
    void Verify();
}
