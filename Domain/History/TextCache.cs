namespace CollabHub.Domain.History;

/// <summary>The text of a file at a number of its log.</summary>
/// <param name="Seq">The number of the last record that it contains.</param>
/// <param name="Text">The text.</param>
public sealed record TextAt(long Seq, string Text);

/// <summary>Texts of files that nobody has open: the newest known of each, the least recently used ones go first.</summary>
/// <param name="maxBytes">What all of them may take together; a larger text is not kept.</param>
public sealed class TextCache(long maxBytes)
{
    // Guards all fields.
    private readonly Lock _gate = new();
    private readonly Dictionary<FileId, LinkedListNode<(FileId File, TextAt Text)>> _byFile = [];
    private readonly LinkedList<(FileId File, TextAt Text)> _byUse = new();
    private long _bytes;

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _bytes;
        }
    }

    /// <summary>The text of a file at exactly this number, or null.</summary>
    public TextAt? Find(FileId file, long seq)
    {
        lock (_gate)
        {
            if (!_byFile.TryGetValue(file, out var node) || node.Value.Text.Seq != seq) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Text;
        }
    }

    /// <summary>Keeps a text in place of an older one of the same file.</summary>
    public void Keep(FileId file, TextAt text)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (_gate)
        {
            if (_byFile.TryGetValue(file, out var known))
            {
                if (known.Value.Text.Seq > text.Seq) return;
                Drop(known);
            }
            if (SizeOf(text) > maxBytes) return;
            _byFile[file] = _byUse.AddFirst((file, text));
            _bytes += SizeOf(text);
            while (_bytes > maxBytes) Drop(_byUse.Last!);
        }
    }

    private void Drop(LinkedListNode<(FileId File, TextAt Text)> node)
    {
        _byUse.Remove(node);
        _byFile.Remove(node.Value.File);
        _bytes -= SizeOf(node.Value.Text);
    }

    // The entry itself is not nothing, or a million empty files would be.
    private static long SizeOf(TextAt text) => 256 + 2L * text.Text.Length;
}
