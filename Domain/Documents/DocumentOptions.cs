namespace CollabHub.Domain.Documents;

/// <summary>How a document is kept, and the bounds that hostile input runs into (<see cref="DecodeError.LimitExceeded"/>).</summary>
/// <remarks>The defaults are those of docs/format.md, section 14; edges set smaller ones for live traffic.</remarks>
public sealed record DocumentOptions
{
    /// <summary>The defaults.</summary>
    public static DocumentOptions Default { get; } = new();

    /// <summary>Whether deleted content is discarded, as Yjs does. Off keeps it, so that snapshots can be restored.</summary>
    public bool GarbageCollect { get; init; } = true;

    /// <summary>Bytes of one update. Loading a stored state is one update too.</summary>
    public int MaxUpdateBytes { get; init; } = 10 << 20;

    /// <summary>Structs of one update, and ranges of its delete set.</summary>
    public int MaxStructs { get; init; } = 2_000_000;

    /// <summary>Structs that a document may hold.</summary>
    public int MaxItems { get; init; } = 4_000_000;

    /// <summary>Distinct client ids of one document.</summary>
    public int MaxClients { get; init; } = 1_000_000;

    /// <summary>Bytes of structs that wait for others.</summary>
    public int MaxPendingBytes { get; init; } = 10 << 20;

    /// <summary>Structs and delete ranges that wait for others.</summary>
    public int MaxPendingStructs { get; init; } = 200_000;

    /// <summary>Bytes of content that a document may hold, deleted content that is still kept included.</summary>
    public int MaxDocumentBytes { get; init; } = 256 << 20;

    /// <summary>Depth of <c>any</c> and JSON values, 60 to 500.</summary>
    public int MaxNesting { get; init; } = 100;

    /// <summary>Bytes of a root name, key or node name.</summary>
    public int MaxKeyBytes { get; init; } = 64 << 10;
}
