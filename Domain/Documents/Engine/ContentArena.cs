using System.Buffers;
using System.Numerics;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>The content of all items of a document: one growing byte array. Discarded bytes are only counted.</summary>
internal sealed class ContentArena
{
    private const int MinPooled = 4 << 10;
    private const int MaxPooled = 1 << 24;

    private byte[] _bytes = [];

    /// <summary>Bytes in use, dead ones included.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that no item refers to.</summary>
    public int Dead { get; private set; }

    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Read(int start, int length) => _bytes.AsSpan(start, length);

    public Span<byte> Edit(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Bytes that a block of <paramref name="used"/> bytes with slack owns.</summary>
    public static int SlackCapacity(int used) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(used, 16));

    public void Discard(int count) => Dead += count;

    /// <summary>Makes room so that the next <paramref name="count"/> bytes do not grow the array in steps.</summary>
    public void Reserve(int count)
    {
        var needed = checked(Length + count);
        if (needed <= _bytes.Length) return;
        var larger = Rent(Math.Max(needed, _bytes.Length < 1 << 16 ? _bytes.Length * 2 : _bytes.Length + (_bytes.Length >> 2)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        Return();
        _bytes = larger;
    }

    /// <summary>An array for this many bytes: small ones of their own, middling ones from the pool, whose sizes are powers of two.</summary>
    public static byte[] Rent(int size) => size is >= MinPooled and <= MaxPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(Math.Max(size, 64));

    private void Return()
    {
        if (_bytes.Length is >= MinPooled and <= MaxPooled && BitOperations.IsPow2(_bytes.Length)) ArrayPool<byte>.Shared.Return(_bytes);
    }

    public int Append(ReadOnlySpan<byte> content)
    {
        Reserve(content.Length);
        content.CopyTo(_bytes.AsSpan(Length));
        var start = Length;
        Length += content.Length;
        return start;
    }

    /// <summary>Copies own bytes to the end, followed by unused room up to <paramref name="capacity"/>.</summary>
    public int Move(int start, int length, int capacity)
    {
        Reserve(capacity);
        _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(Length));
        var moved = Length;
        Length += capacity;
        return moved;
    }

    /// <summary>Takes over another array, of any size, after a compaction.</summary>
    public void Replace(byte[] bytes, int length)
    {
        Return();
        _bytes = bytes;
        Length = length;
        Dead = 0;
    }
}
