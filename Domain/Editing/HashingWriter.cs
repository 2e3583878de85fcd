using System.Buffers;
using System.Security.Cryptography;

namespace CollabHub.Domain.Editing;

/// <summary>Takes text only to measure it: its length and its SHA-256, without ever holding the whole.</summary>
internal sealed class HashingWriter : IBufferWriter<byte>, IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _room = ArrayPool<byte>.Shared.Rent(4096);

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>The hash of everything written so far, hex; what is written next begins another one.</summary>
    public string TakeHash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Advance(int count)
    {
        _hash.AppendData(_room.AsSpan(0, count));
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_room.Length < sizeHint)
        {
            ArrayPool<byte>.Shared.Return(_room);
            _room = ArrayPool<byte>.Shared.Rent(sizeHint);
        }
        return _room;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_room);
        _hash.Dispose();
    }
}
