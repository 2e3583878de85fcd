using System.Text;

namespace CollabHub.Domain.Text;

/// <summary>Rules for free text, the same at every edge.</summary>
public static class TextRules
{
    /// <summary>UTF-16 units in a description, at most.</summary>
    public const int MaxDescription = 2000;

    /// <summary>Trims and composes (NFC) free text of several lines; empty text becomes null. False when it is over <paramref name="max"/> UTF-16 units or not plain.</summary>
    public static bool TryText(string? text, int max, out string? clean)
    {
        clean = null;
        if (text is null) return true;
        if (text.Length > max || !IsPlain(text, multiline: true)) return false;
        var composed = text.Trim().Normalize(NormalizationForm.FormC);
        clean = composed.Length == 0 ? null : composed;
        return composed.Length <= max;
    }

    /// <summary>No control characters (line feed and tab excepted in <paramref name="multiline"/> text), no direction changes, no unpaired surrogates.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text, bool multiline)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var used) != System.Buffers.OperationStatus.Done) return false;
            if (!(multiline && rune.Value is '\n' or '\t') && IsForbidden(rune)) return false;
            text = text[used..];
        }
        return true;
    }

    private static bool IsForbidden(Rune rune) =>
        Rune.IsControl(rune)
        || rune.Value is 0x061C or 0x200E or 0x200F or 0x2028 or 0x2029 or 0xFEFF or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
        || (rune.Value & 0xFFFE) == 0xFFFE;
}
