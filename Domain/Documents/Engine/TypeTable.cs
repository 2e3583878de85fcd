namespace CollabHub.Domain.Documents.Engine;

/// <summary>A shared type: a list of children and a map of keys. Roots have a name, others an item.</summary>
internal struct TypeRecord
{
    /// <summary>First item of the child list, 0 when empty.</summary>
    public uint Start;
    /// <summary>The item that holds this type; 0 for a root.</summary>
    public uint Item;
    /// <summary>Interned root name; -1 for a nested type.</summary>
    public int Name;
    /// <summary>Head of the chain of its map entries; -1 at the end.</summary>
    public int FirstEntry;
    /// <summary>Visible units of the child list.</summary>
    public long Length;
    /// <summary>Visible UTF-16 units of strings in the child list: <see cref="Length"/> without embeds and types.</summary>
    public long TextUnits;
    /// <summary>UTF-8 bytes of these strings.</summary>
    public long TextBytes;
}

/// <summary>The list of one key of one type: its last item holds the value.</summary>
internal struct MapEntry
{
    public int Key;
    public int Next;
    public uint First;
    public uint Last;
}

/// <summary>All shared types of a document. Type handle 0 is nothing.</summary>
internal sealed class TypeTable
{
    private TypeRecord[] _types = new TypeRecord[4];
    private MapEntry[] _entries = [];
    private int _entryCount;
    private readonly Dictionary<ulong, int> _entryOf = [];
    private readonly Dictionary<int, int> _roots = [];

    /// <summary>Handles in use are 1 to this.</summary>
    public int Count { get; private set; }

    public ref TypeRecord this[int handle] => ref _types[handle];

    /// <summary>Handles of the roots.</summary>
    public IEnumerable<int> Roots => _roots.Values;

    public int FindRoot(int name) => name >= 0 && _roots.TryGetValue(name, out var handle) ? handle : 0;

    public int Root(int name)
    {
        if (_roots.TryGetValue(name, out var handle)) return handle;
        handle = Add(item: 0, name);
        _roots.Add(name, handle);
        return handle;
    }

    public int AddNested(uint item) => Add(item, name: -1);

    public ref MapEntry Entry(int index) => ref _entries[index];

    /// <summary>The last item of a key's list, or 0.</summary>
    public uint Last(int type, int key) => _entryOf.TryGetValue(Mix(type, key), out var at) ? _entries[at].Last : 0;

    public void SetLast(int type, int key, uint item)
    {
        if (!_entryOf.TryGetValue(Mix(type, key), out var at))
        {
            if (_entryCount == _entries.Length) Array.Resize(ref _entries, Math.Max(4, _entryCount * 2));
            at = _entryCount++;
            _entries[at] = new MapEntry { Key = key, Next = _types[type].FirstEntry };
            _types[type].FirstEntry = at;
            _entryOf.Add(Mix(type, key), at);
        }
        _entries[at].Last = item;
    }

    /// <summary>The first item of a key's list, or 0.</summary>
    public uint First(int type, int key) => _entryOf.TryGetValue(Mix(type, key), out var at) ? _entries[at].First : 0;

    /// <summary>Notes a new first item of a list that has, or at once gets, a last one.</summary>
    public void SetFirst(int type, int key, uint item)
    {
        if (!_entryOf.ContainsKey(Mix(type, key))) SetLast(type, key, item);
        _entries[_entryOf[Mix(type, key)]].First = item;
    }

    private int Add(uint item, int name)
    {
        if (++Count == _types.Length) Array.Resize(ref _types, Count * 2);
        _types[Count] = new TypeRecord { Item = item, Name = name, FirstEntry = -1 };
        return Count;
    }

    // An odd multiplier is a bijection: pairs that a sender can choose do not end in one bucket.
    private static ulong Mix(int type, int key) => (((ulong)(uint)type << 32) | (uint)key) * 0x9E37_79B9_7F4A_7C15;
}
