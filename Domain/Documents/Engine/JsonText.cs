using System.Runtime.CompilerServices;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>Checks that bytes are one JSON text as <c>JSON.parse</c> takes it, without reading values.</summary>
/// <remarks>
/// Own, because a value must survive that other parsers refuse or change: escaped lone surrogates, huge numbers. Never
/// allocates, never throws, never recurses.
/// </remarks>
internal static class JsonText
{
    private const int MaxDepth = 512;

    /// <summary>The legacy JSON content also knows this word.</summary>
    public static ReadOnlySpan<byte> Undefined => "undefined"u8;

    /// <summary><see cref="DecodeError.None"/>, InvalidJson or NestingTooDeep. The UTF-8 must be checked already.</summary>
    [SkipLocalsInit]
    public static DecodeError Check(ReadOnlySpan<byte> text, int maxNesting)
    {
        Span<bool> objects = stackalloc bool[MaxDepth];
        var limit = Math.Min(maxNesting, MaxDepth);
        var depth = 0;
        var at = 0;
        while (true)
        {
            SkipSpace(text, ref at);
            if (at >= text.Length) return DecodeError.InvalidJson;
            var opened = text[at] is (byte)'{' or (byte)'[';
            if (opened)
            {
                if (depth == limit) return DecodeError.NestingTooDeep;
                var isObject = text[at++] == '{';
                objects[depth++] = isObject;
                SkipSpace(text, ref at);
                var empty = at < text.Length && text[at] == (isObject ? (byte)'}' : (byte)']');
                if (!empty)
                {
                    if (isObject && !Key(text, ref at)) return DecodeError.InvalidJson;
                    continue;
                }
            }
            else if (!Scalar(text, ref at))
            {
                return DecodeError.InvalidJson;
            }
            while (true)
            {
                SkipSpace(text, ref at);
                if (depth == 0) return at == text.Length ? DecodeError.None : DecodeError.InvalidJson;
                if (at >= text.Length) return DecodeError.InvalidJson;
                var isObject = objects[depth - 1];
                var c = text[at++];
                if (c == (isObject ? (byte)'}' : (byte)']'))
                {
                    depth--;
                    continue;
                }
                if (c != ',' || (isObject && !Key(text, ref at))) return DecodeError.InvalidJson;
                break;
            }
        }
    }

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') at++;
    }

    private static bool Key(ReadOnlySpan<byte> text, ref int at)
    {
        SkipSpace(text, ref at);
        if (at >= text.Length || text[at] != '"' || !String(text, ref at)) return false;
        SkipSpace(text, ref at);
        return at < text.Length && text[at++] == ':';
    }

    private static bool Scalar(ReadOnlySpan<byte> text, ref int at) => text[at] switch
    {
        (byte)'"' => String(text, ref at),
        (byte)'t' => Word(text, ref at, "true"u8),
        (byte)'f' => Word(text, ref at, "false"u8),
        (byte)'n' => Word(text, ref at, "null"u8),
        _ => Number(text, ref at),
    };

    private static bool Word(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> word)
    {
        if (!text[at..].StartsWith(word)) return false;
        at += word.Length;
        return true;
    }

    private static bool String(ReadOnlySpan<byte> text, ref int at)
    {
        at++;
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '"') return true;
            if (c < 0x20) return false;
            if (c != '\\') continue;
            if (at >= text.Length) return false;
            var escaped = text[at++];
            if (escaped == 'u')
            {
                if (at + 4 > text.Length) return false;
                for (var end = at + 4; at < end; at++)
                    if (!char.IsAsciiHexDigit((char)text[at])) return false;
            }
            else if ("\"\\/bfnrt"u8.IndexOf(escaped) < 0)
            {
                return false;
            }
        }
        return false;
    }

    private static bool Number(ReadOnlySpan<byte> text, ref int at)
    {
        if (text[at] == '-') at++;
        if (at < text.Length && text[at] == '0') at++;
        else if (!Digits(text, ref at)) return false;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (!Digits(text, ref at)) return false;
        }
        if (at >= text.Length || text[at] is not ((byte)'e' or (byte)'E')) return true;
        at++;
        if (at < text.Length && text[at] is (byte)'+' or (byte)'-') at++;
        return Digits(text, ref at);
    }

    private static bool Digits(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
        return at > start;
    }
}
