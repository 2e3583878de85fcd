using System.Buffers.Binary;
using System.Text.Unicode;

namespace CollabHub.Domain.Documents;

/// <summary>
/// A cursor over bytes in the lib0 encoding. The first error sticks: afterwards every read returns a default, so that a
/// caller may check <see cref="Error"/> once at the end of a step. Never allocates, never throws.
/// </summary>
/// <remarks>Format: docs/format.md, Primitives.</remarks>
public ref struct Lib0Reader(ReadOnlySpan<byte> bytes)
{
    /// <summary>The largest number of the format: 2^53-1.</summary>
    public const long MaxInteger = (1L << 53) - 1;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>The first error, or <see cref="DecodeError.None"/>.</summary>
    public DecodeError Error { get; private set; }

    /// <summary>Whether nothing has failed.</summary>
    public readonly bool Ok => Error == DecodeError.None;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Whether all bytes are read.</summary>
    public readonly bool AtEnd => Position == _bytes.Length;

    /// <summary>The whole input.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Goes to a place that was read before.</summary>
    public void Seek(int position) => Position = position;

    /// <summary>Records an error; the first one wins.</summary>
    public void Fail(DecodeError error)
    {
        if (Error == DecodeError.None) Error = error;
        Position = _bytes.Length;
    }

    /// <summary>One byte.</summary>
    public byte ReadByte()
    {
        if (Position < _bytes.Length) return _bytes[Position++];
        Fail(DecodeError.UnexpectedEnd);
        return 0;
    }

    /// <summary>An unsigned number of at most 53 bits in its shortest form, at most 8 bytes.</summary>
    public long ReadVarUint()
    {
        if (Position < _bytes.Length && _bytes[Position] < 0x80) return _bytes[Position++];
        return ReadLongVarUint();
    }

    private long ReadLongVarUint()
    {
        long value = 0;
        for (var shift = 0; shift < 56; shift += 7)
        {
            if (Position >= _bytes.Length)
            {
                Fail(DecodeError.UnexpectedEnd);
                return 0;
            }
            var b = _bytes[Position++];
            value |= (long)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                if (value <= MaxInteger && b != 0) return value;
                break;
            }
        }
        Fail(DecodeError.IntegerOutOfRange);
        return 0;
    }

    /// <summary>A signed number: sign and magnitude, also in a longer form than needed. <paramref name="negativeZero"/> tells -0 from 0.</summary>
    public long ReadVarInt(out bool negativeZero)
    {
        negativeZero = false;
        var first = ReadByte();
        if (!Ok) return 0;
        long value = first & 0x3f;
        var negative = (first & 0x40) != 0;
        if ((first & 0x80) != 0)
        {
            var shift = 6;
            while (true)
            {
                if (shift > 48 + 6)
                {
                    Fail(DecodeError.IntegerOutOfRange);
                    return 0;
                }
                var b = ReadByte();
                if (!Ok) return 0;
                value |= (long)(b & 0x7f) << shift;
                shift += 7;
                if (b >= 0x80) continue;
                if (value <= MaxInteger) break;
                Fail(DecodeError.IntegerOutOfRange);
                return 0;
            }
        }
        negativeZero = negative && value == 0;
        return negative ? -value : value;
    }

    /// <summary>A count of things that take at least <paramref name="minimumBytes"/> bytes each.</summary>
    public int ReadCount(int minimumBytes)
    {
        var count = ReadVarUint();
        if (count <= Remaining / minimumBytes) return (int)count;
        Fail(DecodeError.CountTooLarge);
        return 0;
    }

    /// <summary>The next <paramref name="length"/> bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(long length)
    {
        if (length > Remaining)
        {
            Fail(DecodeError.UnexpectedEnd);
            return default;
        }
        var slice = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return slice;
    }

    /// <summary>Bytes with their length in front.</summary>
    public ReadOnlySpan<byte> ReadVarBytes() => ReadBytes(ReadVarUint());

    /// <summary>The UTF-8 bytes of a string with their length in front; checked to be well-formed.</summary>
    public ReadOnlySpan<byte> ReadVarString()
    {
        var utf8 = ReadVarBytes();
        if (Utf8.IsValid(utf8)) return utf8;
        Fail(DecodeError.InvalidUtf8);
        return default;
    }

    /// <summary>A big-endian IEEE 754 number of 32 bits.</summary>
    public float ReadFloat32()
    {
        var bytes = ReadBytes(4);
        return Ok ? BinaryPrimitives.ReadSingleBigEndian(bytes) : 0;
    }

    /// <summary>A big-endian IEEE 754 number of 64 bits.</summary>
    public double ReadFloat64()
    {
        var bytes = ReadBytes(8);
        return Ok ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : 0;
    }

    /// <summary>A big-endian two's complement number of 64 bits.</summary>
    public long ReadBigInt64()
    {
        var bytes = ReadBytes(8);
        return Ok ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;
    }
}
