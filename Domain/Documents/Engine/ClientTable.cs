namespace CollabHub.Domain.Documents.Engine;

/// <summary>Client ids to dense indexes: open addressing with the process's random hash seed.</summary>
internal sealed class ClientTable
{
    private ClientStructs[] _clients = new ClientStructs[2];
    private long[] _ids = new long[2];
    private int[] _slots = new int[4];
    private int[]? _descending;
    private int _recent = -1;

    public int Count { get; private set; }

    public ClientStructs this[int index] => _clients[index];

    /// <summary>The id of a client on the wire.</summary>
    public long IdOf(int index) => _ids[index];

    /// <summary>The dense index, or -1.</summary>
    public int IndexOf(long id)
    {
        if (_recent >= 0 && _ids[_recent] == id) return _recent;
        var mask = _slots.Length - 1;
        for (var slot = Hash(id) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
            if (_ids[_slots[slot] - 1] == id) return _recent = _slots[slot] - 1;
        return -1;
    }

    /// <summary>The client, or null when nothing of it is known.</summary>
    public ClientStructs? Find(long id)
    {
        var index = IndexOf(id);
        return index < 0 ? null : _clients[index];
    }

    /// <summary>The next expected clock of a client; 0 for an unknown one.</summary>
    public uint State(long id)
    {
        var index = IndexOf(id);
        return index < 0 ? 0 : _clients[index].State;
    }

    public ClientStructs GetOrAdd(long id)
    {
        var index = IndexOf(id);
        if (index >= 0) return _clients[index];
        if (Count == _clients.Length)
        {
            Array.Resize(ref _clients, Count * 2);
            Array.Resize(ref _ids, Count * 2);
        }
        _ids[Count] = id;
        var added = new ClientStructs(id, Count);
        _clients[Count++] = added;
        if (Count * 2 > _slots.Length) Rehash();
        else Put(Count - 1);
        _descending = null;
        return added;
    }

    /// <summary>Dense indexes by descending id, the order in which writers put clients.</summary>
    public ReadOnlySpan<int> Descending()
    {
        if (_descending is not null) return _descending;
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => _clients[b].Id.CompareTo(_clients[a].Id));
        return _descending = order;
    }

    private static int Hash(long id) => HashCode.Combine(id);

    private void Put(int index)
    {
        var mask = _slots.Length - 1;
        var slot = Hash(_ids[index]) & mask;
        while (_slots[slot] != 0) slot = (slot + 1) & mask;
        _slots[slot] = index + 1;
    }

    private void Rehash()
    {
        _slots = new int[_slots.Length * 4];
        for (var i = 0; i < Count; i++) Put(i);
    }
}
