using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CollabHub.Persistence.Relational;

/// <summary>What tells a stored update or snapshot from one that was damaged, cut or moved to another place.</summary>
internal static class RecordChecksum
{
    /// <summary>The first 8 bytes of SHA-256 over file, number and payload.</summary>
    public static long Of(Guid file, long seq, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[24];
        file.TryWriteBytes(head);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], seq);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(payload);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }
}
