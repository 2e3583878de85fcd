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

/// <summary>The blocks of one update that have structs, reused from update to update.</summary>
/// <remarks>
/// While bytes are not validated only so many blocks are noted that no input makes more memory than its own size; whoever wrote
/// more has them gathered in a second walk.
/// </remarks>
internal sealed class UpdateBlocks
{
    private const int MaxUnchecked = 512;

    private UpdateBlock[] _blocks = new UpdateBlock[4];

    public int Count { get; private set; }

    public ref UpdateBlock this[int index] => ref _blocks[index];

    /// <summary>True while every block had a smaller client id than the one before, as writers are asked to do.</summary>
    public bool Descending { get; private set; }

    public void Clear()
    {
        if (_blocks.Length > MaxUnchecked) _blocks = new UpdateBlock[4];
        Count = 0;
        Descending = true;
        IsComplete = true;
        _lastClient = long.MaxValue;
    }

    private bool IsComplete { get; set; }

    private long _lastClient;

    /// <summary>Notes a block of bytes that are still being checked.</summary>
    public void AddUnchecked(long client, uint clock, int structs, int position)
    {
        if (client >= _lastClient) Descending = false;
        _lastClient = client;
        if (Count < MaxUnchecked) Add(client, clock, structs, position);
        else IsComplete = false;
    }

    /// <summary>Makes sure that all blocks of an update that was validated are noted, by descending client.</summary>
    public void Complete(ReadOnlySpan<byte> update)
    {
        if (!IsComplete) Gather(update);
        if (Descending) return;
        _blocks.AsSpan(0, Count).Sort(static (a, b) => b.Client.CompareTo(a.Client));
        Descending = true;
    }

    private void Gather(ReadOnlySpan<byte> update)
    {
        Count = 0;
        var walker = new UpdateWalker(update);
        var client = -1L;
        while (walker.MoveNext())
        {
            if (walker.Client != client)
            {
                client = walker.Client;
                Add(client, walker.Clock, 0, walker.View.Start);
            }
            _blocks[Count - 1].Count++;
        }
        IsComplete = true;
    }

    private void Add(long client, uint clock, int structs, int position)
    {
        if (Count == _blocks.Length) Array.Resize(ref _blocks, Count * 2);
        _blocks[Count++] = new UpdateBlock { Client = client, Clock = clock, Count = structs, Position = position, FirstWaiter = -1, NextWaiter = -1 };
    }

    /// <summary>The blocks as they are now, for <see cref="Restore"/>.</summary>
    public UpdateBlock[] Copy() => _blocks.AsSpan(0, Count).ToArray();

    public void Restore(UpdateBlock[] blocks) => blocks.CopyTo(_blocks, 0);

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
}
