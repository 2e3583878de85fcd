using CollabHub.Domain.Access;

namespace CollabHub.Domain.Editing;

/// <summary>What a room tells a subscriber; the kinds and codes are those of docs/protocol.md.</summary>
public enum RoomFrameKind
{
    /// <summary>The update that the subscriber lacks, and the server's state vector.</summary>
    Sync,
    /// <summary>
    /// The server asks for what it lacks beside its state vector: an edit of this subscriber hangs on something that has not come. The payload is an
    /// update that says nothing.
    /// </summary>
    Question,
    /// <summary>One Yjs update.</summary>
    Edit,
    /// <summary>One awareness update.</summary>
    Cursors,
    /// <summary>Every edit of this subscriber up to <see cref="RoomFrame.Seq"/> is durable.</summary>
    Saved,
    /// <summary>The edit <see cref="RoomFrame.Seq"/> was not applied.</summary>
    Rejected,
    /// <summary>The subscriber's role on this file is now <see cref="RoomFrame.Role"/>.</summary>
    Role,
    /// <summary>The subscription is over.</summary>
    Closed,
}

/// <summary>One frame, immutable, shared by every subscriber that gets it.</summary>
public sealed record RoomFrame(RoomFrameKind Kind)
{
    private byte[]? _asYWebsocket;
    private byte[]? _asHocuspocus;

    /// <summary>The update; empty for kinds without one.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The updates that follow the payload of a large <see cref="RoomFrameKind.Sync"/>, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Rest { get; init; } = [];

    /// <summary>The server's state vector, with <see cref="RoomFrameKind.Sync"/> and <see cref="RoomFrameKind.Question"/>.</summary>
    public ReadOnlyMemory<byte> StateVector { get; init; }

    /// <summary>The number that the subscriber gave its edit.</summary>
    public long Seq { get; init; }

    /// <summary>The subscriber's role, with <see cref="RoomFrameKind.Sync"/>, <see cref="RoomFrameKind.Question"/> and <see cref="RoomFrameKind.Role"/>.</summary>
    public Role Role { get; init; }

    /// <summary>Why, with <see cref="RoomFrameKind.Rejected"/> and <see cref="RoomFrameKind.Closed"/>.</summary>
    public string? Code { get; init; }

    /// <summary>Bytes that the frame holds in a queue, roughly.</summary>
    public int Size => Payload.Length + StateVector.Length + 64;

    /// <summary>The frame in a wire framing, encoded by whoever needs it first and shared by the rest.</summary>
    public ReadOnlyMemory<byte> EncodedOnce(RoomFraming framing, Func<RoomFrame, byte[]> encode)
    {
        ArgumentNullException.ThrowIfNull(encode);
        ref var encoded = ref framing == RoomFraming.YWebsocket ? ref _asYWebsocket : ref _asHocuspocus;
        return encoded ??= encode(this);
    }
}

/// <summary>The framings that a shared frame is encoded in once each.</summary>
public enum RoomFraming
{
    /// <summary>y-websocket.</summary>
    YWebsocket,
    /// <summary>Hocuspocus, addressed by the file's id alone.</summary>
    Hocuspocus,
}
