using System.Buffers;
using System.Text;
using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>The plain text of a root.</content>
public sealed partial class YDocument
{
    private const int WrittenAtOnce = 64 << 10;

    /// <summary>Length of a root text in UTF-16 units, embeds counting 1; 0 when there is no such root.</summary>
    public long TextLength(string root)
    {
        var type = FindRoot(root);
        return type == 0 ? 0 : _types[type].Length;
    }

    /// <summary>UTF-8 bytes of the text of a root; 0 when there is no such root.</summary>
    public long TextBytes(string root)
    {
        var type = FindRoot(root);
        return type == 0 ? 0 : _types[type].TextBytes;
    }

    /// <summary>The text of a root, without embeds and formats; empty when there is no such root.</summary>
    public string GetText(string root)
    {
        var type = FindRoot(root);
        return type == 0 ? "" : TextOf(type);
    }

    /// <summary>Writes the text of a root as UTF-8, without copying it together first.</summary>
    public void WriteTextUtf8(string root, IBufferWriter<byte> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var type = FindRoot(root);
        if (type != 0) WriteText(type, to);
    }

    private string TextOf(int type) => string.Create((int)_types[type].TextUnits, (Document: this, Type: type), static (text, from) =>
    {
        var document = from.Document;
        for (var handle = document._types[from.Type].Start; handle != 0;)
        {
            ref var item = ref document._items[handle];
            handle = item.Right;
            if (item.Kind != ContentKind.String || item.IsDeleted) continue;
            var utf8 = document._arena.Read(item.ContentStart, item.ContentBytes);
            if (item.IsAscii) Ascii.ToUtf16(utf8, text, out _);
            else Encoding.UTF8.GetChars(utf8, text);
            text = text[(int)item.Length..];
        }
    });

    private void WriteText(int type, IBufferWriter<byte> to)
    {
        Span<byte> room = default;
        var used = 0;
        for (var handle = _types[type].Start; handle != 0;)
        {
            ref var item = ref _items[handle];
            handle = item.Right;
            if (item.Kind != ContentKind.String || item.IsDeleted) continue;
            if (room.Length - used < item.ContentBytes)
            {
                to.Advance(used);
                used = 0;
                room = to.GetSpan(Math.Max(item.ContentBytes, (int)Math.Min(WrittenAtOnce, _types[type].TextUnits)));
            }
            _arena.Read(item.ContentStart, item.ContentBytes).CopyTo(room[used..]);
            used += item.ContentBytes;
        }
        to.Advance(used);
    }

    private int FindRoot(string root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return _types.FindRoot(_names.Find(Encoding.UTF8.GetBytes(root)));
    }
}
