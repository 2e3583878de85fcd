using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>XML types in the textual form of docs/algorithm.md, section 9. Nothing is escaped: it is for reading, not for a browser.</content>
public sealed partial class YDocument
{
    /// <summary>The children of a root fragment as text.</summary>
    public string GetXml(string root)
    {
        var type = FindRoot(root);
        var xml = new StringBuilder();
        if (type != 0) WriteXmlChildren(type, xml, 0);
        return xml.ToString();
    }

    private void WriteXmlChildren(int type, StringBuilder xml, int depth)
    {
        for (var handle = _types[type].Start; handle != 0; handle = _items[handle].Right)
        {
            ref var item = ref _items[handle];
            if (!item.IsDeleted && item.Kind == ContentKind.Type && depth < MaxReadDepth) WriteXml(item.OwnType, xml, depth + 1);
        }
    }

    private void WriteXml(int type, StringBuilder xml, int depth)
    {
        var reader = new Lib0Reader(Content(_types[type].Item));
        switch (reader.ReadVarUint())
        {
            case SharedTypes.XmlElement:
                WriteElement(type, Encoding.UTF8.GetString(reader.ReadVarBytes()).ToLowerInvariant(), xml, depth);
                break;
            case SharedTypes.XmlText or SharedTypes.Text:
                foreach (var piece in Pieces(type)) WriteXmlPiece(piece, xml, depth);
                break;
            default:
                WriteXmlChildren(type, xml, depth);
                break;
        }
    }

    private void WriteElement(int type, string name, StringBuilder xml, int depth)
    {
        xml.Append('<').Append(name);
        foreach (var (key, item) in Values(type).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer)) WriteLastValue(item, json, depth);
            xml.Append(CultureInfo.InvariantCulture, $" {key}=\"{Plain(buffer.WrittenSpan)}\"");
        }
        xml.Append('>');
        WriteXmlChildren(type, xml, depth);
        xml.Append("</").Append(name).Append('>');
    }

    private void WriteXmlPiece(Piece piece, StringBuilder xml, int depth)
    {
        foreach (var (name, value) in piece.Attributes)
        {
            xml.Append('<').Append(name);
            using var parsed = JsonDocument.Parse(value, new JsonDocumentOptions { MaxDepth = 512 });
            foreach (var (key, text) in Entries(parsed.RootElement).OrderBy(e => e.Key, StringComparer.Ordinal))
                xml.Append(CultureInfo.InvariantCulture, $" {key}=\"{text}\"");
            xml.Append('>');
        }
        xml.Append(piece.Item == 0 ? piece.Text : EmbedText(piece.Item, depth));
        foreach (var name in piece.Attributes.Keys.Reverse()) xml.Append("</").Append(name).Append('>');
    }

    // What a script finds when it goes through the keys of a value: strings and lists have numbers.
    private static IEnumerable<(string Key, string Text)> Entries(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Select(e => (e.Name, Plain(Encoding.UTF8.GetBytes(e.Value.GetRawText())))),
        JsonValueKind.Array => value.EnumerateArray().Select((e, i) => (i.ToString(CultureInfo.InvariantCulture), Plain(Encoding.UTF8.GetBytes(e.GetRawText())))),
        JsonValueKind.String => value.GetString()!.Select((c, i) => (i.ToString(CultureInfo.InvariantCulture), c.ToString())),
        _ => [],
    };

    // As a script's string conversion has it.
    private string EmbedText(uint handle, int depth)
    {
        ref var item = ref _items[handle];
        if (item.Kind == ContentKind.Embed) return Content(handle)[0] == '{' ? "[object Object]" : Plain(Content(handle));
        if (item.Kind != ContentKind.Type || depth >= MaxReadDepth) return "";
        var nested = new StringBuilder();
        WriteXml(item.OwnType, nested, depth + 1);
        return nested.ToString();
    }

    private static string Plain(ReadOnlySpan<byte> json)
    {
        if (json[0] != '"') return Encoding.UTF8.GetString(json);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString()!;
    }
}
