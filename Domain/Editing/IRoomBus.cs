namespace CollabHub.Domain.Editing;

/// <summary>What rooms of the same file on different nodes tell each other. A doorbell: whatever is missed is in the log.</summary>
public abstract record RoomBusMessage(string Node);

/// <summary>Updates that a node relayed to its own subscribers, merged.</summary>
/// <param name="Node">The sending node.</param>
/// <param name="Number">1, 2, 3 … per node and room; a gap means that something was missed.</param>
/// <param name="Update">One Yjs v1 update.</param>
public sealed record BusEdits(string Node, long Number, ReadOnlyMemory<byte> Update) : RoomBusMessage(Node);

/// <summary>What a node published as numbers <paramref name="From"/> to <paramref name="UpTo"/> is in the log as <paramref name="FirstSeq"/> to <paramref name="LastSeq"/>.</summary>
public sealed record BusCommitted(string Node, long From, long UpTo, long FirstSeq, long LastSeq) : RoomBusMessage(Node);

/// <summary>Newest cursor states of a node's subscribers, as one awareness update.</summary>
public sealed record BusCursors(string Node, ReadOnlyMemory<byte> Awareness) : RoomBusMessage(Node);

/// <summary>A node has opened the file: those that hold uncommitted updates or cursors publish them again.</summary>
public sealed record BusHello(string Node) : RoomBusMessage(Node);

/// <summary>The other nodes, as one room sees them.</summary>
public interface IRoomBus
{
    /// <summary>This node's name, unique in the cluster.</summary>
    string Node { get; }

    /// <summary>Starts to hear of a file; complete when messages published from now on will arrive.</summary>
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
}
