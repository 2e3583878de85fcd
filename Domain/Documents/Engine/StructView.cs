namespace CollabHub.Domain.Documents.Engine;

/// <summary>One struct of an update as it was read: numbers, and slices of the update by position.</summary>
internal struct StructView
{
    public const byte HasOriginBit = 0x80;
    public const byte HasRightBit = 0x40;
    public const byte HasKeyBit = 0x20;

    public byte Info;
    public ContentKind Kind;
    /// <summary>Neither origin nor right origin: the parent is written.</summary>
    public bool HasParent;
    /// <summary>With <see cref="HasParent"/>: a root, else an item.</summary>
    public bool ParentIsRoot;
    /// <summary>The key is written.</summary>
    public bool HasKey;
    /// <summary>String content with as many bytes as units.</summary>
    public bool IsAscii;
    public uint Length;
    public long OriginClient;
    public uint OriginClock;
    public long RightClient;
    public uint RightClock;
    public long ParentClient;
    public uint ParentClock;
    public int RootStart;
    public int RootLength;
    public int KeyStart;
    public int KeyLength;
    /// <summary>The content without its count or length in front, as items keep it.</summary>
    public int ContentStart;
    public int ContentLength;
    /// <summary>First byte of the struct and the one behind it.</summary>
    public int Start;
    public int End;

    public readonly bool HasOrigin => (Info & HasOriginBit) != 0;
    /// <summary>Replaces origin and parent, as the part of a struct from some unit on has them.</summary>
    public void HangOnPredecessor(long client, uint clock)
    {
        if (Kind == ContentKind.Gc) return;
        Info |= HasOriginBit;
        OriginClient = client;
        OriginClock = clock;
        HasParent = false;
        HasKey = false;
    }

    public readonly bool HasRight => (Info & HasRightBit) != 0;
}
