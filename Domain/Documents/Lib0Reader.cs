using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
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

    private int _position;
    private DecodeError _error;

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>The first error, or <see cref="DecodeError.None"/>.</summary>
    public readonly DecodeError Error => _error;

    /// <summary>Whether nothing has failed.</summary>
    public readonly bool Ok => _error == DecodeError.None;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>Whether all bytes are read.</summary>
    public readonly bool AtEnd => _position == _bytes.Length;

    /// <summary>The whole input.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Goes to a place that was read before.</summary>
    public void Seek(int position) => _position = position;

    /// <summary>Records an error; the first one wins.</summary>
    public void Fail(DecodeError error)
    {
        if (_error == DecodeError.None) _error = error;
        _position = _bytes.Length;
    }

    /// <summary>One byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        var at = _position;
        if ((uint)at < (uint)_bytes.Length)
        {
            _position = at + 1;
            return _bytes[at];
        }
        Fail(DecodeError.UnexpectedEnd);
        return 0;
    }

    /// <summary>An unsigned number of at most 53 bits in its shortest form, at most 8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadVarUint()
    {
        var at = _position;
        if ((uint)at < (uint)_bytes.Length)
        {
            var first = _bytes[at];
            if (first < 0x80)
            {
                _position = at + 1;
                return first;
            }
        }
        return ReadLongVarUint();
    }

    // Eight bytes at once: the first byte without the high bit ends the number, the low seven bits of each are its digits.
    private long ReadLongVarUint()
    {
        if (_bytes.Length - _position < sizeof(ulong)) return ReadLastVarUint();
        var digits = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_position..]);
        var ends = ~digits & 0x8080_8080_8080_8080;
        if (ends == 0)
        {
            Fail(DecodeError.IntegerOutOfRange);
            return 0;
        }
        var bits = BitOperations.TrailingZeroCount(ends) + 1;
        digits &= ulong.MaxValue >> (64 - bits);
        var value = Bmi2.X64.IsSupported ? (long)Bmi2.X64.ParallelBitExtract(digits, 0x7f7f_7f7f_7f7f_7f7f) : Gather(digits);
        if (digits >> (bits - 8) == 0 || value > MaxInteger)
        {
            Fail(DecodeError.IntegerOutOfRange);
            return 0;
        }
        _position += bits >> 3;
        return value;
    }

    private static long Gather(ulong digits)
    {
        digits = (digits & 0x007f_007f_007f_007f) | ((digits & 0x7f00_7f00_7f00_7f00) >> 1);
        digits = (digits & 0x0000_3fff_0000_3fff) | ((digits & 0x3fff_0000_3fff_0000) >> 2);
        return (long)((digits & 0x0000_0000_0fff_ffff) | ((digits & 0x0fff_ffff_0000_0000) >> 4));
    }

    private long ReadLastVarUint()
    {
        long value = 0;
        for (var shift = 0; shift < 56; shift += 7)
        {
            if (_position >= _bytes.Length)
            {
                Fail(DecodeError.UnexpectedEnd);
                return 0;
            }
            var b = _bytes[_position++];
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
        var slice = _bytes.Slice(_position, (int)length);
        _position += (int)length;
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
