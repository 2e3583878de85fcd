namespace CollabHub.Domain.Documents.Engine;

/// <summary>Root names and keys, each stored once as UTF-8 and known by a small number.</summary>
internal sealed class NameTable
{
    private byte[] _bytes = [];
    private int _length;
    private int[] _ends = [];
    private int[] _slots = new int[8];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int name]
    {
        get
        {
            var start = name == 0 ? 0 : _ends[name - 1];
            return _bytes.AsSpan(start, _ends[name] - start);
        }
    }

    /// <summary>The number of a name, or -1.</summary>
    public int Find(ReadOnlySpan<byte> utf8)
    {
        var mask = _slots.Length - 1;
        for (var slot = Hash(utf8) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
            if (this[_slots[slot] - 1].SequenceEqual(utf8)) return _slots[slot] - 1;
        return -1;
    }

    public int Intern(ReadOnlySpan<byte> utf8)
    {
        var found = Find(utf8);
        if (found >= 0) return found;
        if (_length + utf8.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + utf8.Length + 16));
        if (Count == _ends.Length) Array.Resize(ref _ends, Math.Max(4, Count * 2));
        utf8.CopyTo(_bytes.AsSpan(_length));
        _length += utf8.Length;
        _ends[Count++] = _length;
        if (Count * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 4];
            for (var i = 0; i < Count; i++) Put(i);
        }
        else
        {
            Put(Count - 1);
        }
        return Count - 1;
    }

    private void Put(int name)
    {
        var mask = _slots.Length - 1;
        var slot = Hash(this[name]) & mask;
        while (_slots[slot] != 0) slot = (slot + 1) & mask;
        _slots[slot] = name + 1;
    }

    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = default(HashCode);
        hash.AddBytes(utf8);
        return hash.ToHashCode();
    }
}
