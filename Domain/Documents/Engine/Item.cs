using System.Runtime.InteropServices;

namespace CollabHub.Domain.Documents.Engine;

[Flags]
internal enum ItemFlags : byte
{
    None = 0,
    Deleted = 1,
    /// <summary>String content with as many bytes as units.</summary>
    Ascii = 2,
    /// <summary>Belongs to the list of one key; <see cref="Item.KeyOrLeaf"/> is the key.</summary>
    HasKey = 4,
    /// <summary>The content was moved to a place of its own whose capacity is the next power of two.</summary>
    Slack = 8,
}

/// <summary>One run of units of one client: 60 bytes, no references, addressed by a 32-bit handle.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Item
{
    /// <summary>"No such client" in <see cref="OriginClient"/> and <see cref="RightClient"/>.</summary>
    public const int NoClient = -1;

    public uint Clock;
    public uint Length;
    /// <summary>Dense index of the client, as all clients in here.</summary>
    public int Client;
    public int OriginClient;
    public uint OriginClock;
    public int RightClient;
    public uint RightClock;
    /// <summary>Neighbours in the list of the parent or of the key; 0 is none.</summary>
    public uint Left;
    public uint Right;
    /// <summary>Handle of the type it belongs to; 0 for GC.</summary>
    public int Parent;
    /// <summary>Interned key, or the leaf of the position index.</summary>
    public int KeyOrLeaf;
    public int ContentStart;
    public int ContentBytes;
    /// <summary>Handle of the type that this item is, when <see cref="Kind"/> is Type.</summary>
    public int OwnType;
    public ContentKind Kind;
    public ItemFlags Flags;

    public readonly uint End => Clock + Length;
    public readonly bool IsDeleted => (Flags & ItemFlags.Deleted) != 0;
    public readonly bool HasKey => (Flags & ItemFlags.HasKey) != 0;
    public readonly bool IsAscii => (Flags & ItemFlags.Ascii) != 0;
    /// <summary>Units that a reader of the list sees.</summary>
    public readonly uint Visible => !IsDeleted && Kind.IsCountable() ? Length : 0;
}
