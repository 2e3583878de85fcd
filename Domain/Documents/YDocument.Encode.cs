using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Telling the state to others: docs/algorithm.md, section 10.</content>
public sealed partial class YDocument
{
    private readonly List<(uint Start, uint End)> _deletedRanges = [];

    /// <summary>The state vector: every client with its next expected clock. What waits is not in it.</summary>
    public byte[] EncodeStateVector()
    {
        using var writer = new Lib0Writer(16 + (_clients.Count * 8));
        WriteStateVector(writer);
        return writer.ToArray();
    }

    /// <summary>Everything this document knows, as one update; what waits included.</summary>
    public byte[] EncodeStateAsUpdate()
    {
        using var writer = new Lib0Writer(1024 + _arena.Length + (_items.Count * 8));
        EncodeSince(new StateVector(), writer);
        return writer.ToArray();
    }

    /// <summary>Writes what a replica with this state vector lacks. False, and nothing written, if the vector is malformed.</summary>
    public bool TryEncodeDiff(ReadOnlySpan<byte> stateVector, Lib0Writer to, out DecodeError error)
    {
        if (!StateVector.TryDecode(stateVector, out var since, out error)) return false;
        EncodeSince(since, to);
        return true;
    }

    /// <summary>Writes what a replica lacks that knows this much.</summary>
    public void EncodeDiff(StateVector since, Lib0Writer to)
    {
        ArgumentNullException.ThrowIfNull(since);
        ArgumentNullException.ThrowIfNull(to);
        EncodeSince(since, to);
    }

    private void WriteStateVector(Lib0Writer writer)
    {
        writer.WriteVarUint(_clients.Count);
        foreach (var index in _clients.Descending())
        {
            writer.WriteVarUint(_clients.IdOf(index));
            writer.WriteVarUint(_clients[index].State);
        }
    }

    private void EncodeSince(StateVector since, Lib0Writer to)
    {
        if (!HasPending)
        {
            WriteState(since, to);
            return;
        }
        using var own = new Lib0Writer(1024);
        WriteState(since, own);
        var parts = new List<ReadOnlyMemory<byte>> { own.ToArray() };
        foreach (var (client, update) in PendingUpdates())
        {
            // Where a client has used clocks twice, what was taken in counts, not what waits.
            var beyond = new StateVector { [client] = Math.Max(since[client], State(client)) };
            parts.Add(Updates.DiffValidated(update, beyond));
        }
        Updates.MergeValidated(parts, to);
    }

    /// <summary>Writes new structs and the whole delete set in one walk over the structs.</summary>
    private void WriteState(StateVector since, Lib0Writer to)
    {
        var count = 0;
        foreach (var index in _clients.Descending())
            if (_clients[index].State > since[_clients.IdOf(index)]) count++;
        to.WriteVarUint(count);
        using var deletes = new Lib0Writer(1024);
        var withDeletes = 0;
        foreach (var index in _clients.Descending())
        {
            var client = _clients[index];
            var start = since[client.Id];
            CollectDeletedRanges(client, start < client.State ? (uint)start : client.State, to);
            if (WriteDeletedRanges(client, deletes)) withDeletes++;
        }
        to.WriteVarUint(withDeletes);
        to.WriteBytes(deletes.Written);
        Empty(_deletedRanges);
    }

    /// <summary>Writes the block of a client: the units from <paramref name="start"/> to <paramref name="end"/>.</summary>
    private void WriteClient(ClientStructs client, uint start, uint end, Lib0Writer to)
    {
        var at = client.Find(start);
        to.WriteVarUint(client.CountFrom(at, client.Find(end - 1)));
        to.WriteVarUint(client.Id);
        to.WriteVarUint(start);
        var more = true;
        while (more)
        {
            ref var item = ref _items[client.HandleAt(at)];
            if (item.Clock >= end) break;
            WriteStruct(ref item, start > item.Clock ? start - item.Clock : 0, to);
            more = client.TryNext(at, out at);
        }
    }

    private void WriteStruct(ref Item item, uint offset, Lib0Writer to)
    {
        if (item.Kind == ContentKind.Gc)
        {
            to.WriteByte(0);
            to.WriteVarUint(item.Length - offset);
            return;
        }
        var hasOrigin = offset > 0 || item.OriginClient >= 0;
        var hasRight = item.RightClient >= 0;
        to.WriteByte((byte)((int)item.Kind
            | (hasOrigin ? StructView.HasOriginBit : 0)
            | (hasRight ? StructView.HasRightBit : 0)
            | (item.HasKey ? StructView.HasKeyBit : 0)));
        if (hasOrigin)
        {
            to.WriteVarUint(offset > 0 ? _clients.IdOf(item.Client) : _clients.IdOf(item.OriginClient));
            to.WriteVarUint(offset > 0 ? item.Clock + offset - 1 : item.OriginClock);
        }
        if (hasRight)
        {
            to.WriteVarUint(_clients.IdOf(item.RightClient));
            to.WriteVarUint(item.RightClock);
        }
        if (!hasOrigin && !hasRight) WriteParent(ref item, to);
        ContentWriter.Write(to, item.Kind, _arena.Read(item.ContentStart, item.ContentBytes), item.Length, item.IsAscii, offset);
    }

    private void WriteParent(ref Item item, Lib0Writer to)
    {
        ref var parent = ref _types[item.Parent];
        if (parent.Item == 0)
        {
            to.WriteByte(1);
            to.WriteVarBytes(_names[parent.Name]);
        }
        else
        {
            to.WriteByte(0);
            ref var holder = ref _items[parent.Item];
            to.WriteVarUint(_clients.IdOf(holder.Client));
            to.WriteVarUint(holder.Clock);
        }
        if (item.HasKey) to.WriteVarBytes(_names[item.KeyOrLeaf]);
    }

    private void WriteDeleteSet(Lib0Writer to)
    {
        using var body = new Lib0Writer(1024);
        var count = 0;
        foreach (var index in _clients.Descending())
        {
            CollectDeletedRanges(_clients[index], _clients[index].State, body);
            if (WriteDeletedRanges(_clients[index], body)) count++;
        }
        to.WriteVarUint(count);
        to.WriteBytes(body.Written);
        Empty(_deletedRanges);
    }

    private bool WriteDeletedRanges(ClientStructs client, Lib0Writer to)
    {
        if (_deletedRanges.Count == 0) return false;
        to.WriteVarUint(client.Id);
        to.WriteVarUint(_deletedRanges.Count);
        foreach (var (start, end) in _deletedRanges)
        {
            to.WriteVarUint(start);
            to.WriteVarUint(end - start);
        }
        return true;
    }

    /// <summary>Goes through all structs of a client for its deleted ranges, and writes the block of those from <paramref name="start"/> on, if any.</summary>
    private void CollectDeletedRanges(ClientStructs client, uint start, Lib0Writer structs)
    {
        _deletedRanges.Clear();
        if (client.IsEmpty) return;
        if (start < client.State)
        {
            structs.WriteVarUint(client.CountFrom(client.Find(start), client.Last));
            structs.WriteVarUint(client.Id);
            structs.WriteVarUint(start);
        }
        uint deletedFrom = 0, deletedTo = 0;
        for (var leaf = 0; leaf < client.LeafCount; leaf++)
        {
            foreach (var handle in client.Handles(leaf))
            {
                ref var item = ref _items[handle];
                if (item.IsDeleted)
                {
                    if (item.Clock != deletedTo || deletedTo == deletedFrom)
                    {
                        if (deletedTo > deletedFrom) _deletedRanges.Add((deletedFrom, deletedTo));
                        deletedFrom = item.Clock;
                    }
                    deletedTo = item.End;
                }
                if (item.End > start) WriteStruct(ref item, start > item.Clock ? start - item.Clock : 0, structs);
            }
        }
        if (deletedTo > deletedFrom) _deletedRanges.Add((deletedFrom, deletedTo));
    }

    private IEnumerable<(long Client, byte[] Update)> PendingUpdates()
    {
        foreach (var client in _pending.Clients)
        {
            foreach (var run in client.Runs) yield return (client.Id, run.ToUpdate(client.Id));
        }
        foreach (var (client, ranges) in _pending.Deletes)
        {
            using var writer = new Lib0Writer();
            writer.WriteByte(0);
            writer.WriteByte(1);
            writer.WriteVarUint(client);
            writer.WriteVarUint(ranges.Count);
            for (var i = 0; i < ranges.Count; i++)
            {
                writer.WriteVarUint(ranges[i].Start);
                writer.WriteVarUint(ranges[i].End - ranges[i].Start);
            }
            yield return (client, writer.ToArray());
        }
    }
}
