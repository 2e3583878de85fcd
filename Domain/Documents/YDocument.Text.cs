using System.Buffers;
using System.Text;
using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>The plain text of a root.</content>
public sealed partial class YDocument
{
    /// <summary>Length of a root text in UTF-16 units, embeds counting 1; 0 when there is no such root.</summary>
    public long TextLength(string root)
    {
        var type = FindRoot(root);
        return type == 0 ? 0 : _types[type].Length;
    }

    /// <summary>The text of a root, without embeds and formats; empty when there is no such root.</summary>
    public string GetText(string root)
    {
        var type = FindRoot(root);
        if (type == 0) return "";
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(_types[type].Length + 16, 1 << 20));
        WriteText(type, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the text of a root as UTF-8, without copying it together first.</summary>
    public void WriteTextUtf8(string root, IBufferWriter<byte> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var type = FindRoot(root);
        if (type != 0) WriteText(type, to);
    }

    private void WriteText(int type, IBufferWriter<byte> to)
    {
        for (var handle = _types[type].Start; handle != 0;)
        {
            ref var item = ref _items[handle];
            if (item.Kind == ContentKind.String && !item.IsDeleted) to.Write(_arena.Read(item.ContentStart, item.ContentBytes));
            handle = item.Right;
        }
    }

    private int FindRoot(string root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return _types.FindRoot(_names.Find(Encoding.UTF8.GetBytes(root)));
    }
}
