using System.Text;
using System.Text.Json;
using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Text with its formats: docs/algorithm.md, section 9.</content>
public sealed partial class YDocument
{
    /// <summary>
    /// Writes a root text as a JSON array of <c>{"insert": string | {"$embed": value}, "attributes": {…}}</c>; neighbouring strings
    /// with equal attributes are one.
    /// </summary>
    public void WriteDelta(string root, Utf8JsonWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.WriteStartArray();
        var type = FindRoot(root);
        if (type != 0)
        {
            var open = new StringBuilder();
            var openAttributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var piece in Pieces(type))
            {
                var joins = piece.Item == 0 && SameAttributes(openAttributes, piece.Attributes);
                if (!joins) WritePiece(open, openAttributes, to);
                if (!joins) openAttributes = piece.Attributes;
                if (piece.Item == 0) open.Append(piece.Text);
                else WriteEmbed(piece, to);
            }
            WritePiece(open, openAttributes, to);
        }
        to.WriteEndArray();
    }

    /// <summary>Writes the attributes that a root text, or any type, carries as a whole.</summary>
    public void WriteAttributes(string root, Utf8JsonWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        WriteMap(FindRoot(root), to, 0);
    }

    /// <summary>A stretch of text between two format marks, or one embed (then <see cref="Item"/> holds it).</summary>
    private readonly record struct Piece(string Text, uint Item, SortedDictionary<string, string> Attributes);

    private List<Piece> Pieces(int type)
    {
        var pieces = new List<Piece>();
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var text = new StringBuilder();
        for (var handle = _types[type].Start; handle != 0; handle = _items[handle].Right)
        {
            ref var item = ref _items[handle];
            if (item.IsDeleted) continue;
            if (item.Kind == ContentKind.String)
            {
                text.Append(Encoding.UTF8.GetString(Content(handle)));
                continue;
            }
            if (text.Length > 0) pieces.Add(new Piece(text.ToString(), 0, attributes));
            text.Clear();
            if (item.Kind == ContentKind.Format) attributes = Formatted(attributes, Content(handle));
            else pieces.Add(new Piece("", handle, attributes));
        }
        if (text.Length > 0) pieces.Add(new Piece(text.ToString(), 0, attributes));
        return pieces;
    }

    private static SortedDictionary<string, string> Formatted(SortedDictionary<string, string> attributes, ReadOnlySpan<byte> mark)
    {
        var reader = new Lib0Reader(mark);
        var key = Encoding.UTF8.GetString(reader.ReadVarBytes());
        var value = Encoding.UTF8.GetString(reader.ReadVarBytes());
        var changed = new SortedDictionary<string, string>(attributes, StringComparer.Ordinal);
        if (value == "null") changed.Remove(key);
        else changed[key] = value;
        return changed;
    }

    private static bool SameAttributes(SortedDictionary<string, string> a, SortedDictionary<string, string> b) => ReferenceEquals(a, b) || a.SequenceEqual(b);

    private static void WritePiece(StringBuilder text, SortedDictionary<string, string> attributes, Utf8JsonWriter to)
    {
        if (text.Length == 0) return;
        to.WriteStartObject();
        to.WriteString("insert"u8, text.ToString());
        WriteAttributes(attributes, to);
        to.WriteEndObject();
        text.Clear();
    }

    private void WriteEmbed(Piece piece, Utf8JsonWriter to)
    {
        to.WriteStartObject();
        to.WriteStartObject("insert"u8);
        to.WritePropertyName("$embed"u8);
        WriteLastValue(piece.Item, to, 0);
        to.WriteEndObject();
        WriteAttributes(piece.Attributes, to);
        to.WriteEndObject();
    }

    private static void WriteAttributes(SortedDictionary<string, string> attributes, Utf8JsonWriter to)
    {
        if (attributes.Count == 0) return;
        to.WriteStartObject("attributes"u8);
        foreach (var (key, value) in attributes)
        {
            to.WritePropertyName(key);
            to.WriteRawValue(value, skipInputValidation: true);
        }
        to.WriteEndObject();
    }
}
