using System.Buffers.Binary;

namespace CollabHub.Domain.Editing;

/// <summary>Yjs client ids under which the server itself writes.</summary>
public static class ClientIds
{
    /// <summary>32 random bits, as Yjs draws them.</summary>
    public static long Draw(IIdSource ids)
    {
        Span<byte> bytes = stackalloc byte[16];
        ids.Next().TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
    }
}
