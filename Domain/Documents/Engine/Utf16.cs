using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>Positions in UTF-16 units inside well-formed UTF-8.</summary>
internal static class Utf16
{
    /// <summary>What replaces each half of a surrogate pair that was cut.</summary>
    public static ReadOnlySpan<byte> Replacement => [0xef, 0xbf, 0xbd];

    /// <summary>Length in UTF-16 units.</summary>
    public static int Count(ReadOnlySpan<byte> utf8) => IsAscii(utf8) ? utf8.Length : Encoding.UTF8.GetCharCount(utf8);

    /// <summary>Whether every byte is a character; most strings are too short for a call into the vectorised check.</summary>
    public static bool IsAscii(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > 16) return Ascii.IsValid(utf8);
        var all = 0;
        foreach (var b in utf8) all |= b;
        return all < 0x80;
    }

    /// <summary>
    /// The byte where unit <paramref name="units"/> starts. When that lies between the halves of a pair, the byte where the
    /// character starts, and <paramref name="insidePair"/>.
    /// </summary>
    public static int ByteOffset(ReadOnlySpan<byte> utf8, int units, out bool insidePair)
    {
        insidePair = false;
        var at = 0;
        var seen = 0;
        while (at + Vector128<byte>.Count <= utf8.Length)
        {
            var block = Vector128.Create(utf8.Slice(at, Vector128<byte>.Count));
            var continuation = Vector128.Equals(block & Vector128.Create((byte)0xc0), Vector128.Create((byte)0x80));
            var wide = Vector128.GreaterThanOrEqual(block, Vector128.Create((byte)0xf0));
            var count = 16 - BitOperations.PopCount(continuation.ExtractMostSignificantBits()) + BitOperations.PopCount(wide.ExtractMostSignificantBits());
            if (seen + count > units) break;
            seen += count;
            at += Vector128<byte>.Count;
        }
        for (; at < utf8.Length; at++)
        {
            var b = utf8[at];
            if ((b & 0xc0) == 0x80) continue;
            if (seen == units) return at;
            seen += b >= 0xf0 ? 2 : 1;
            if (seen <= units) continue;
            insidePair = true;
            return at;
        }
        return at;
    }
}
