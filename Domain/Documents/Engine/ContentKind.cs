namespace CollabHub.Domain.Documents.Engine;

/// <summary>Content reference numbers of the wire; docs/format.md, section 4.</summary>
internal enum ContentKind : byte
{
    Gc = 0,
    Deleted = 1,
    Json = 2,
    Binary = 3,
    String = 4,
    Embed = 5,
    Format = 6,
    Type = 7,
    Any = 8,
    Doc = 9,
    Skip = 10,
}

/// <summary>What the kinds have in common.</summary>
internal static class ContentKinds
{
    private const int Countable = (1 << 2) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 7) | (1 << 8) | (1 << 9);
    private const int Mergeable = (1 << 1) | (1 << 2) | (1 << 4) | (1 << 8);

    /// <summary>Counts in the length of its list.</summary>
    public static bool IsCountable(this ContentKind kind) => ((Countable >> (int)kind) & 1) != 0;

    /// <summary>Neighbours of this kind may become one struct.</summary>
    public static bool IsMergeable(this ContentKind kind) => ((Mergeable >> (int)kind) & 1) != 0;
}
