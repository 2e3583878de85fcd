namespace CollabHub.Domain.Documents.Engine;

/// <summary>Writes the content of structs, whole or from a unit on.</summary>
internal static class ContentWriter
{
    /// <summary>Writes content from unit <paramref name="offset"/> on, with the count or length that the kind has in front.</summary>
    public static void Write(Lib0Writer to, ContentKind kind, ReadOnlySpan<byte> content, uint length, bool ascii, uint offset)
    {
        switch (kind)
        {
            case ContentKind.Deleted:
                to.WriteVarUint(length - offset);
                break;
            case ContentKind.String:
                var rest = From(kind, content, ascii, offset, out var cutPair);
                to.WriteVarUint(rest.Length + (cutPair ? 3 : 0));
                if (cutPair) to.WriteBytes(Utf16.Replacement);
                to.WriteBytes(rest);
                break;
            case ContentKind.Any or ContentKind.Json:
                to.WriteVarUint(length - offset);
                to.WriteBytes(From(kind, content, ascii, offset, out _));
                break;
            case ContentKind.Binary or ContentKind.Embed:
                to.WriteVarBytes(content);
                break;
            default:
                to.WriteBytes(content);
                break;
        }
    }

    /// <summary>The bytes from unit <paramref name="offset"/> on; with <paramref name="cutPair"/>, U+FFFD stands before them.</summary>
    public static ReadOnlySpan<byte> From(ContentKind kind, ReadOnlySpan<byte> content, bool ascii, uint offset, out bool cutPair)
    {
        cutPair = false;
        if (offset == 0 || kind == ContentKind.Deleted) return content;
        if (kind == ContentKind.String)
        {
            var at = ascii ? (int)offset : Utf16.ByteOffset(content, (int)offset, out cutPair);
            return content[(cutPair ? at + 4 : at)..];
        }
        return content[ElementOffset(kind, content, offset)..];
    }

    /// <summary>The byte where element <paramref name="index"/> of Any or JSON content starts.</summary>
    public static int ElementOffset(ContentKind kind, ReadOnlySpan<byte> content, uint index)
    {
        var reader = new Lib0Reader(content);
        if (kind == ContentKind.Any) AnyValue.Skip(ref reader, index, check: false);
        else
            for (; index > 0; index--) reader.ReadVarBytes();
        return reader.Position;
    }
}
