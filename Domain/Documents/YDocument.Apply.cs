using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Going through the blocks of an update; waiting for what is missing. docs/algorithm.md, sections 2 and 5.</content>
public sealed partial class YDocument
{
    private readonly PendingStructs _pending = new();
    private readonly List<int> _ready = [];
    private readonly List<long> _advanced = [];
    private readonly List<(uint Start, uint End)> _unknownRanges = [];
    private Forecast? _forecast;

    /// <summary>Whether structs or deletions wait for updates not seen yet.</summary>
    public bool HasPending => _pending.HasStructs || _pending.HasDeletes;

    /// <summary>Takes in whatever can be; a block that is blocked is woken by the block it waits for.</summary>
    private void IntegrateBlocks(ReadOnlySpan<byte> update)
    {
        for (var i = 0; i < _blocks.Count; i++)
        {
            _ready.Add(i);
            while (_ready.Count > 0)
            {
                var index = _ready[^1];
                _ready.RemoveAt(_ready.Count - 1);
                ref var block = ref _blocks[index];
                if (block.Count == 0 || block.IsWaiting) continue;
                var before = KnownState(block.Client);
                var done = Advance(update, ref block);
                var state = KnownState(block.Client);
                if (!done) WaitForBlock(index);
                if (state == before) continue;
                if (_forecast is null) _advanced.Add(block.Client);
                WakeWaiters(ref block, state);
            }
        }
    }

    private void WaitForBlock(int index)
    {
        ref var block = ref _blocks[index];
        block.IsWaiting = true;
        var target = block.WaitClient == block.Client ? -1 : _blocks.IndexOf(block.WaitClient);
        if (target < 0) return;
        block.NextWaiter = _blocks[target].FirstWaiter;
        _blocks[target].FirstWaiter = index;
        _ready.Add(target);
    }

    private void WakeWaiters(ref UpdateBlock block, uint state)
    {
        var stillWaiting = -1;
        for (var index = block.FirstWaiter; index >= 0;)
        {
            ref var waiter = ref _blocks[index];
            var next = waiter.NextWaiter;
            if (waiter.WaitClock < state)
            {
                waiter.IsWaiting = false;
                waiter.NextWaiter = -1;
                _ready.Add(index);
            }
            else
            {
                waiter.NextWaiter = stillWaiting;
                stillWaiting = index;
            }
            index = next;
        }
        block.FirstWaiter = stillWaiting;
    }

    /// <summary>Takes in structs of a block until one has to wait (false) or none is left.</summary>
    private bool Advance(ReadOnlySpan<byte> update, ref UpdateBlock block)
    {
        var reader = new Lib0Reader(update);
        reader.Seek(block.Position);
        var view = default(StructView);
        var state = KnownState(block.Client);
        ClientStructs? client = null;
        while (block.Count > 0)
        {
            StructReader.Read(ref reader, ref view);
            var end = block.Clock + view.Length;
            if (view.Kind != ContentKind.Skip && end > state)
            {
                if (block.Clock > state)
                {
                    block.WaitClient = block.Client;
                    block.WaitClock = block.Clock - 1;
                    return false;
                }
                // What is known already is cut off, and with it the original left neighbour or parent: the rest hangs on the unit before.
                if (block.Clock < state) view.HangOnPredecessor(block.Client, state - 1);
                if (IsMissing(ref view, block.Client, out block.WaitClient, out block.WaitClock)) return false;
                if (_forecast is not null)
                {
                    _forecast.Accept(block.Client, end, ref view);
                }
                else
                {
                    client ??= _clients.GetOrAdd(block.Client);
                    Integrate(ref view, update, client, block.Clock, state - block.Clock);
                }
                state = end;
            }
            block.Clock = end;
            block.Position = reader.Position;
            block.Count--;
        }
        return true;
    }

    private uint KnownState(long client) => _forecast is null ? _clients.State(client) : _forecast.State(client);

    /// <summary>Whether the struct names a unit of another client that is not known yet.</summary>
    private bool IsMissing(ref StructView s, long client, out long waitClient, out uint waitClock)
    {
        waitClient = 0;
        waitClock = 0;
        if (s.Kind == ContentKind.Gc) return false;
        if (s.HasOrigin && s.OriginClient != client && s.OriginClock >= KnownState(s.OriginClient))
        {
            waitClient = s.OriginClient;
            waitClock = s.OriginClock;
            return true;
        }
        if (s.HasRight && s.RightClient != client && s.RightClock >= KnownState(s.RightClient))
        {
            waitClient = s.RightClient;
            waitClock = s.RightClock;
            return true;
        }
        if (s.HasParent && !s.ParentIsRoot && s.ParentClient != client && s.ParentClock >= KnownState(s.ParentClient))
        {
            waitClient = s.ParentClient;
            waitClock = s.ParentClock;
            return true;
        }
        return false;
    }

    private void ApplyDeleteSet(ReadOnlySpan<byte> deleteSet)
    {
        var reader = new Lib0Reader(deleteSet);
        for (var clients = reader.ReadVarUint(); clients > 0; clients--)
        {
            var id = reader.ReadVarUint();
            var state = _clients.State(id);
            for (var ranges = reader.ReadVarUint(); ranges > 0; ranges--)
            {
                var start = (uint)reader.ReadVarUint();
                var end = start + (uint)reader.ReadVarUint();
                if (start < state) DeleteRange(_clients.Find(id)!, start, Math.Min(end, state));
                if (end > state) _unknownRanges.Add((Math.Max(start, state), end));
            }
            if (_unknownRanges.Count == 0) continue;
            _changed |= _pending.AddDeletes(id, _unknownRanges);
            _unknownRanges.Clear();
        }
    }
}
