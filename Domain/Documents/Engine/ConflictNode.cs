namespace CollabHub.Domain.Documents.Engine;

/// <summary>One node of the tree over a list: a leaf with items, or an inner node with nodes, at most <see cref="Width"/> of them.</summary>
internal sealed class ConflictNode(ConflictList list)
{
    public const int Width = 32;

    public ConflictList List => list;
    public ConflictNode? Parent;
    /// <summary>Which child of its parent it is.</summary>
    public int Place;
    public int Count;
    /// <summary>The nodes below; null in a leaf.</summary>
    public ConflictNode[]? Nodes;
    /// <summary>The items of a leaf; one more fits in until it is split.</summary>
    public uint[]? Handles;
    /// <summary>Grows from leaf to leaf, so that two items can be compared by place.</summary>
    public ulong Label;
    public ConflictNode? Next;

    /// <summary>The item below whose origin stands furthest to the left; 0 in an empty node.</summary>
    public uint Lowest;
    /// <summary>The smallest client id among the items with that origin.</summary>
    public long SmallestClient;
    /// <summary>The furthest <see cref="ConflictIndex.ReachOf"/> among the items with that origin; 0 when one of them reaches no item.</summary>
    public uint FurthestReach;

    /// <summary>The search that found this node to hold one of its ends.</summary>
    public ulong Mark;

    public static ConflictNode Leaf(ConflictList list) => new(list) { Handles = new uint[Width + 1] };
    public static ConflictNode Inner(ConflictList list) => new(list) { Nodes = new ConflictNode[Width] };

    public int SlotOf(uint handle) => Handles.AsSpan(0, Count).IndexOf(handle);
}

/// <summary>One indexed list: the children of a type, or the values of one key.</summary>
internal sealed class ConflictList
{
    public ConflictNode Root = null!;

    /// <summary>The origin of the last search, and the first item that hangs before that origin; no item when unknown.</summary>
    public (int Client, uint Clock)? LastOrigin;
    public uint LastEnd;

    /// <summary>For origins that a conflict was about: the items with that origin, by right origin and client.</summary>
    public Dictionary<(int Client, uint Clock), SortedSet<ConflictRival>> Rivals { get; } = [];
}

/// <summary>
/// An item among those with the same origin. Those with one right origin stand in their list as sorted here: by client id,
/// and what a client wrote later before what it wrote earlier.
/// </summary>
internal readonly record struct ConflictRival(int RightClient, uint RightClock, long Client, uint Clock, uint Handle) : IComparable<ConflictRival>
{
    public int CompareTo(ConflictRival other)
    {
        var order = RightClient.CompareTo(other.RightClient);
        if (order == 0) order = RightClock.CompareTo(other.RightClock);
        if (order == 0) order = Client.CompareTo(other.Client);
        return order != 0 ? order : other.Clock.CompareTo(Clock);
    }
}
