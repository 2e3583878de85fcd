namespace CollabHub.Domain.Documents.Engine;

/// <summary>Encoded structs of one client with consecutive clocks that wait for something.</summary>
internal sealed record PendingRun(uint Clock, uint End, int Count, byte[] Bytes)
{
    /// <summary>The run as an update of its own.</summary>
    public byte[] ToUpdate(long client)
    {
        using var writer = new Lib0Writer(32 + Bytes.Length);
        writer.WriteByte(1);
        writer.WriteVarUint(Count);
        writer.WriteVarUint(client);
        writer.WriteVarUint(Clock);
        writer.WriteBytes(Bytes);
        writer.WriteByte(0);
        return writer.ToArray();
    }

    /// <summary>The run without what lies below <paramref name="clock"/>.</summary>
    public PendingRun From(long client, uint clock)
    {
        var cut = Updates.DiffValidated(ToUpdate(client), new StateVector { [client] = clock });
        var reader = new Lib0Reader(cut);
        reader.ReadByte();
        var count = (int)reader.ReadVarUint();
        reader.ReadVarUint();
        reader.ReadVarUint();
        return new PendingRun(clock, End, count, cut[reader.Position..^1]);
    }
}

/// <summary>What of one client has to wait, and for what its first struct waits.</summary>
internal sealed class PendingClient(long id)
{
    private static readonly Comparer<PendingRun> ByClock = Comparer<PendingRun>.Create((a, b) => a.Clock.CompareTo(b.Clock));

    public long Id => id;
    public long WaitClient { get; set; }
    public uint WaitClock { get; set; }

    /// <summary>By clock; they do not overlap.</summary>
    public SortedSet<PendingRun> Runs { get; } = new(ByClock);

    /// <summary>The last run that starts at or before <paramref name="clock"/>.</summary>
    public PendingRun? AtOrBefore(uint clock) => Runs.GetViewBetween(Mark(0), Mark(clock)).Max;

    /// <summary>The first run that starts in [run.Clock, run.End).</summary>
    public PendingRun? FirstWithin(PendingRun run) => Runs.GetViewBetween(Mark(run.Clock), Mark(run.End - 1)).Min;

    /// <summary>Whether waiting runs cover [clock, end) together.</summary>
    public bool Covers(uint clock, uint end)
    {
        var known = clock;
        while (known < end)
        {
            var run = AtOrBefore(known);
            if (run is null || run.End <= known) return false;
            known = run.End;
        }
        return true;
    }

    private static PendingRun Mark(uint clock) => new(clock, clock, 0, []);
}

/// <summary>Structs and deletions that came before what they depend on; bounded by the document's options.</summary>
/// <remarks>A blocked client is looked at again only when the state it waits for has moved: docs/algorithm.md, section 5.</remarks>
internal sealed class PendingStructs
{
    private readonly Dictionary<long, PendingClient> _clients = new(ClientIds.Comparer);
    private readonly Dictionary<long, List<PendingClient>> _waiting = new(ClientIds.Comparer);
    private readonly Dictionary<long, ClockRanges> _deletes = new(ClientIds.Comparer);

    /// <summary>Bytes of waiting structs.</summary>
    public long Bytes { get; private set; }

    /// <summary>Waiting structs and delete ranges.</summary>
    public long Count => _structs + _ranges;

    private long _structs;
    private long _ranges;

    public bool HasStructs => _clients.Count > 0;
    public bool HasDeletes => _deletes.Count > 0;
    public IEnumerable<PendingClient> Clients => _clients.Values;
    public IEnumerable<KeyValuePair<long, ClockRanges>> Deletes => _deletes;

    /// <summary>Whether all of [clock, end) waits already.</summary>
    public bool Covers(long client, uint clock, uint end) => _clients.TryGetValue(client, out var pending) && pending.Covers(clock, end);

    /// <summary>Keeps a run. False when everything in it was waiting already.</summary>
    public bool Add(long client, PendingRun run, long waitClient, uint waitClock)
    {
        if (!_clients.TryGetValue(client, out var pending)) _clients.Add(client, pending = new PendingClient(client));
        else if (pending.Covers(run.Clock, run.End)) return false;
        var isFirst = pending.Runs.Min is not { } first || run.Clock < first.Clock;
        if (pending.AtOrBefore(run.Clock) is { } before && before.End > run.Clock) run = run.From(client, before.End);
        while (pending.FirstWithin(run) is { } inner)
        {
            Remove(pending, inner);
            if (inner.End > run.End) Insert(pending, inner.From(client, run.End));
        }
        Insert(pending, run);
        if (isFirst) Wait(pending, waitClient, waitClock);
        return true;
    }

    private void Insert(PendingClient pending, PendingRun run)
    {
        pending.Runs.Add(run);
        Bytes += run.Bytes.Length;
        _structs += run.Count;
    }

    public void Remove(PendingClient pending, PendingRun run)
    {
        pending.Runs.Remove(run);
        Bytes -= run.Bytes.Length;
        _structs -= run.Count;
    }

    /// <summary>Registers what the first run of a client waits for; forgets the client when nothing is left.</summary>
    public void Wait(PendingClient pending, long waitClient, uint waitClock)
    {
        if (_waiting.TryGetValue(pending.WaitClient, out var before) && before.Remove(pending) && before.Count == 0) _waiting.Remove(pending.WaitClient);
        if (pending.Runs.Count == 0)
        {
            _clients.Remove(pending.Id);
            return;
        }
        pending.WaitClient = waitClient;
        pending.WaitClock = waitClock;
        if (!_waiting.TryGetValue(waitClient, out var list)) _waiting.Add(waitClient, list = []);
        list.Add(pending);
    }

    /// <summary>Clients whose first struct waited for a clock of <paramref name="client"/> below <paramref name="state"/>.</summary>
    public List<PendingClient> Ready(long client, uint state) =>
        _waiting.TryGetValue(client, out var list) ? list.FindAll(p => p.WaitClock < state) : [];

    /// <summary>Keeps deletions of units not known yet. False when all were waiting already.</summary>
    public bool AddDeletes(long client, List<(uint Start, uint End)> ranges)
    {
        if (!_deletes.TryGetValue(client, out var known)) _deletes.Add(client, known = new ClockRanges());
        _ranges -= known.Count;
        var news = known.Union(ranges);
        _ranges += known.Count;
        return news;
    }

    /// <summary>Takes the deletions of units that are known by now.</summary>
    public List<(uint Start, uint End)> TakeDeletes(long client, uint state)
    {
        if (!_deletes.TryGetValue(client, out var ranges)) return [];
        _ranges -= ranges.Count;
        var taken = ranges.TakeBelow(state);
        _ranges += ranges.Count;
        if (ranges.Count == 0) _deletes.Remove(client);
        return taken;
    }
}
