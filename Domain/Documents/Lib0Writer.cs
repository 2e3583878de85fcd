using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace CollabHub.Domain.Documents;

/// <summary>Writes the lib0 encoding into one growing, pooled buffer. Dispose returns the buffer.</summary>
/// <remarks>Format: docs/format.md, Primitives. Not safe for concurrent use; never use it after Dispose.</remarks>
public sealed class Lib0Writer(int capacity = 256) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 16));
    private int _length;

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>Forgets what was written, keeps the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>Drops everything after <paramref name="length"/>.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>One byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value)
    {
        var buffer = _buffer;
        var at = _length;
        if ((uint)at < (uint)buffer.Length)
        {
            buffer[at] = value;
            _length = at + 1;
        }
        else
        {
            WriteByteGrowing(value);
        }
    }

    /// <summary>An unsigned number, 0 to 2^53-1, in its shortest form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteVarUint(long value)
    {
        if ((ulong)value < 0x80) WriteByte((byte)value);
        else WriteLongVarUint(value);
    }

    private void WriteLongVarUint(long value)
    {
        var span = Reserve(8);
        if (value < 1 << 14)
        {
            span[1] = (byte)(value >>> 7);
            span[0] = (byte)(value | 0x80);
            _length += 2;
            return;
        }
        var n = 0;
        while (value >= 0x80)
        {
            span[n++] = (byte)(value | 0x80);
            value >>>= 7;
        }
        span[n++] = (byte)value;
        _length += n;
    }

    /// <summary>A signed number as sign and magnitude.</summary>
    public void WriteVarInt(long value, bool negativeZero = false)
    {
        var negative = value < 0 || (value == 0 && negativeZero);
        var magnitude = Math.Abs(value);
        WriteByte((byte)((magnitude > 0x3f ? 0x80 : 0) | (negative ? 0x40 : 0) | (int)(magnitude & 0x3f)));
        magnitude >>>= 6;
        while (magnitude > 0)
        {
            WriteByte((byte)((magnitude > 0x7f ? 0x80 : 0) | (int)(magnitude & 0x7f)));
            magnitude >>>= 7;
        }
    }

    /// <summary>Bytes as they are.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Bytes with their length in front.</summary>
    public void WriteVarBytes(ReadOnlySpan<byte> bytes)
    {
        WriteVarUint(bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>A string as UTF-8 with its length in bytes in front; a lone surrogate becomes U+FFFD.</summary>
    public void WriteVarString(ReadOnlySpan<char> text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        WriteVarUint(count);
        Encoding.UTF8.GetBytes(text, Reserve(count));
        _length += count;
    }

    /// <summary>A big-endian IEEE 754 number of 32 bits.</summary>
    public void WriteFloat32(float value)
    {
        BinaryPrimitives.WriteSingleBigEndian(Reserve(4), value);
        _length += 4;
    }

    /// <summary>A big-endian IEEE 754 number of 64 bits.</summary>
    public void WriteFloat64(double value)
    {
        BinaryPrimitives.WriteDoubleBigEndian(Reserve(8), value);
        _length += 8;
    }

    /// <summary>A big-endian two's complement number of 64 bits.</summary>
    public void WriteBigInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);
        _length += 8;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count) Grow(count);
        return _buffer.AsSpan(_length, count);
    }

    private void WriteByteGrowing(byte value)
    {
        Reserve(1)[0] = value;
        _length++;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
        Written.CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
