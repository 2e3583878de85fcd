using System.Runtime.CompilerServices;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>Walks over <c>any</c> values without decoding them; docs/format.md, section 2.</summary>
internal static class AnyValue
{
    public const byte Undefined = 127;
    public const byte Null = 126;
    public const byte Integer = 125;
    public const byte Float32 = 124;
    public const byte Float64 = 123;
    public const byte BigInt = 122;
    public const byte False = 121;
    public const byte True = 120;
    public const byte String = 119;
    public const byte Object = 118;
    public const byte Array = 117;
    public const byte Bytes = 116;

    private const int MaxDepth = 512;

    /// <summary>Passes one value; <paramref name="check"/> is off for bytes that were validated before.</summary>
    public static void Skip(ref Lib0Reader reader, bool check, int maxNesting = MaxDepth)
    {
        var tag = reader.ReadByte();
        if (tag is Object or Array) SkipNested(ref reader, tag, check, Math.Min(maxNesting, MaxDepth));
        else SkipScalar(ref reader, tag, check);
    }

    /// <summary>Passes <paramref name="count"/> values.</summary>
    public static void Skip(ref Lib0Reader reader, long count, bool check, int maxNesting = MaxDepth)
    {
        for (; count > 0 && reader.Ok; count--) Skip(ref reader, check, maxNesting);
    }

    [SkipLocalsInit]
    private static void SkipNested(ref Lib0Reader reader, byte tag, bool check, int maxNesting)
    {
        // Per level: what is left to read, doubled, plus one for an object.
        Span<long> left = stackalloc long[MaxDepth];
        var depth = 0;
        while (true)
        {
            if (tag is Object or Array)
            {
                if (depth == maxNesting)
                {
                    reader.Fail(DecodeError.NestingTooDeep);
                    return;
                }
                left[depth++] = tag == Object ? (2L * reader.ReadCount(2)) + 1 : 2L * reader.ReadCount(1);
            }
            else
            {
                SkipScalar(ref reader, tag, check);
            }
            while (depth > 0 && left[depth - 1] < 2) depth--;
            if (depth == 0 || !reader.Ok) return;
            if ((left[depth - 1] & 1) != 0) SkipString(ref reader, check);
            left[depth - 1] -= 2;
            tag = reader.ReadByte();
        }
    }

    private static void SkipString(ref Lib0Reader reader, bool check)
    {
        if (check) reader.ReadVarString();
        else reader.ReadVarBytes();
    }

    private static void SkipScalar(ref Lib0Reader reader, byte tag, bool check)
    {
        switch (tag)
        {
            case Undefined or Null or False or True: break;
            case Integer: reader.ReadVarInt(out _); break;
            case Float32: reader.ReadBytes(4); break;
            case Float64 or BigInt: reader.ReadBytes(8); break;
            case String: SkipString(ref reader, check); break;
            case Bytes: reader.ReadVarBytes(); break;
            default: reader.Fail(DecodeError.UnknownAnyTag); break;
        }
    }
}
