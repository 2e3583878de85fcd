using System.Text;
using System.Text.Json;
using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Roots as JSON: docs/algorithm.md, section 9.</content>
public sealed partial class YDocument
{
    /// <summary>Types nested deeper than this are read as null, so that no document can exhaust the stack.</summary>
    private const int MaxReadDepth = 300;

    /// <summary>
    /// Writes a root as one JSON value: maps as objects, arrays as arrays, texts and XML as strings. Values that JSON does not
    /// know are objects with one key: <c>$undefined</c>, <c>$number</c>, <c>$bigint</c>, <c>$binary</c> (base64), <c>$subdoc</c> (guid).
    /// </summary>
    public void WriteJson(string root, RootKind kind, Utf8JsonWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var type = FindRoot(root);
        switch (kind)
        {
            case RootKind.Text: to.WriteStringValue(GetText(root)); break;
            case RootKind.Xml: to.WriteStringValue(GetXml(root)); break;
            case RootKind.Map: WriteMap(type, to, 0); break;
            default: WriteArray(type, to, 0); break;
        }
    }

    private void WriteMap(int type, Utf8JsonWriter to, int depth)
    {
        to.WriteStartObject();
        foreach (var (key, item) in Values(type))
        {
            to.WritePropertyName(key);
            WriteLastValue(item, to, depth);
        }
        to.WriteEndObject();
    }

    private void WriteArray(int type, Utf8JsonWriter to, int depth)
    {
        to.WriteStartArray();
        if (type != 0)
        {
            for (var handle = _types[type].Start; handle != 0; handle = _items[handle].Right)
                if (_items[handle].Visible > 0) WriteElements(handle, to, depth);
        }
        to.WriteEndArray();
    }

    /// <summary>Keys with the item that holds their value, in the order in which the keys came.</summary>
    private List<(string Key, uint Item)> Values(int type)
    {
        var values = new List<(string, uint)>();
        if (type == 0) return values;
        for (var at = _types[type].FirstEntry; at >= 0; at = _types.Entry(at).Next)
        {
            var entry = _types.Entry(at);
            if (entry.Last != 0 && !_items[entry.Last].IsDeleted) values.Add((Encoding.UTF8.GetString(_names[entry.Key]), entry.Last));
        }
        values.Reverse();
        return values;
    }

    private ReadOnlySpan<byte> Content(uint handle) => _arena.Read(_items[handle].ContentStart, _items[handle].ContentBytes);

    private void WriteElements(uint handle, Utf8JsonWriter to, int depth)
    {
        var reader = new Lib0Reader(Content(handle));
        switch (_items[handle].Kind)
        {
            case ContentKind.Any:
                while (!reader.AtEnd) AnyJson.Write(ref reader, to);
                break;
            case ContentKind.Json:
                while (!reader.AtEnd) WriteJsonElement(reader.ReadVarBytes(), to);
                break;
            case ContentKind.String:
                foreach (var unit in Encoding.UTF8.GetString(reader.Bytes)) to.WriteStringValue(char.IsSurrogate(unit) ? "\ufffd" : unit.ToString());
                break;
            default:
                WriteSingle(handle, to, depth);
                break;
        }
    }

    private void WriteLastValue(uint handle, Utf8JsonWriter to, int depth)
    {
        ref var item = ref _items[handle];
        if (item.Kind is not (ContentKind.Any or ContentKind.Json))
        {
            if (item.Kind == ContentKind.String) to.WriteStringValue(Encoding.UTF8.GetString(Content(handle))[^1..]);
            else WriteSingle(handle, to, depth);
            return;
        }
        var content = Content(handle);
        content = content[ContentWriter.ElementOffset(item.Kind, content, item.Length - 1)..];
        var reader = new Lib0Reader(content);
        if (item.Kind == ContentKind.Any) AnyJson.Write(ref reader, to);
        else WriteJsonElement(reader.ReadVarBytes(), to);
    }

    private static void WriteJsonElement(ReadOnlySpan<byte> text, Utf8JsonWriter to)
    {
        if (text.SequenceEqual(JsonText.Undefined)) AnyJson.WriteUndefined(to);
        else to.WriteRawValue(text, skipInputValidation: true);
    }

    private void WriteSingle(uint handle, Utf8JsonWriter to, int depth)
    {
        ref var item = ref _items[handle];
        var reader = new Lib0Reader(Content(handle));
        switch (item.Kind)
        {
            case ContentKind.Binary: AnyJson.WriteBinary(to, reader.Bytes); break;
            case ContentKind.Embed: to.WriteRawValue(reader.Bytes, skipInputValidation: true); break;
            case ContentKind.Doc:
                to.WriteStartObject();
                to.WriteString("$subdoc"u8, reader.ReadVarBytes());
                to.WriteEndObject();
                break;
            case ContentKind.Type when depth < MaxReadDepth: WriteNested(item.OwnType, reader.ReadVarUint(), to, depth + 1); break;
            default: to.WriteNullValue(); break;
        }
    }

    private void WriteNested(int type, long typeRef, Utf8JsonWriter to, int depth)
    {
        switch (typeRef)
        {
            case SharedTypes.Array: WriteArray(type, to, depth); break;
            case SharedTypes.Map or SharedTypes.XmlHook: WriteMap(type, to, depth); break;
            case SharedTypes.Text: to.WriteStringValue(TextOf(type)); break;
            default:
                var xml = new StringBuilder();
                WriteXml(type, xml, depth);
                to.WriteStringValue(xml.ToString());
                break;
        }
    }
}
