namespace CollabHub.Domain.Documents.Engine;

/// <summary>The structs of one client in an update: where they start, and how far a reader of them has come.</summary>
internal struct UpdateBlock
{
    public long Client;
    /// <summary>Clock of the next struct.</summary>
    public uint Clock;
    /// <summary>Structs left.</summary>
    public int Count;
    /// <summary>First byte of the next struct.</summary>
    public int Position;
    /// <summary>Chain of blocks that wait for this one, and the next in the chain this one is in; -1 at the end.</summary>
    public int FirstWaiter;
    public int NextWaiter;
    /// <summary>What this block waits for.</summary>
    public long WaitClient;
    public uint WaitClock;
    public bool IsWaiting;
}

/// <summary>The blocks of one update, reused from update to update.</summary>
internal sealed class UpdateBlocks
{
    private UpdateBlock[] _blocks = new UpdateBlock[4];

    public int Count { get; private set; }

    public ref UpdateBlock this[int index] => ref _blocks[index];

    /// <summary>True while every block had a smaller client id than the one before, as writers are asked to do.</summary>
    public bool Descending { get; private set; }

    public void Clear()
    {
        if (_blocks.Length > 4096) _blocks = new UpdateBlock[4];
        Count = 0;
        Descending = true;
    }

    public void Add(long client, uint clock, int structs, int position)
    {
        if (Count > 0 && client >= _blocks[Count - 1].Client) Descending = false;
        if (Count == _blocks.Length) Array.Resize(ref _blocks, Count * 2);
        _blocks[Count++] = new UpdateBlock { Client = client, Clock = clock, Count = structs, Position = position, FirstWaiter = -1, NextWaiter = -1 };
    }

    /// <summary>The blocks as they are now, for <see cref="Restore"/>.</summary>
    public UpdateBlock[] Copy() => _blocks.AsSpan(0, Count).ToArray();

    public void Restore(UpdateBlock[] blocks) => blocks.CopyTo(_blocks, 0);

    public void SortDescending()
    {
        if (Descending) return;
        _blocks.AsSpan(0, Count).Sort(static (a, b) => b.Client.CompareTo(a.Client));
        Descending = true;
    }

    /// <summary>Index of a client's block among sorted blocks, or -1.</summary>
    public int IndexOf(long client)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = _blocks[middle].Client;
            if (found == client) return middle;
            if (found > client) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>Whether a client occurs twice among sorted blocks.</summary>
    public bool HasDuplicate()
    {
        for (var i = 1; i < Count; i++)
            if (_blocks[i].Client == _blocks[i - 1].Client) return true;
        return false;
    }
}
