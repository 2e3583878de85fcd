using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>What has to wait, and the check beforehand that an update keeps within the bounds.</content>
public sealed partial class YDocument
{
    /// <summary>Copies what is left of blocked blocks.</summary>
    private void KeepBlocked(ReadOnlySpan<byte> update)
    {
        for (var i = 0; i < _blocks.Count; i++)
        {
            ref var block = ref _blocks[i];
            if (block.Count == 0) continue;
            var reader = new Lib0Reader(update);
            reader.Seek(block.Position);
            var view = default(StructView);
            uint clock = block.Clock, from = clock;
            int start = block.Position, structs = 0;
            for (var left = block.Count; left > 0; left--)
            {
                StructReader.Read(ref reader, ref view);
                if (view.Kind == ContentKind.Skip)
                {
                    KeepRun(ref block, update[start..view.Start], from, clock, structs);
                    start = reader.Position;
                    structs = 0;
                    from = clock + view.Length;
                }
                else
                {
                    structs++;
                }
                clock += view.Length;
            }
            KeepRun(ref block, update[start..reader.Position], from, clock, structs);
        }
    }

    private void KeepRun(ref UpdateBlock block, ReadOnlySpan<byte> structs, uint clock, uint end, int count)
    {
        if (count == 0) return;
        var run = new PendingRun(clock, end, count, structs.ToArray());
        var waitsItself = clock != block.Clock;
        _changed |= _pending.Add(block.Client, run, waitsItself ? block.Client : block.WaitClient, waitsItself ? clock - 1 : block.WaitClock);
    }

    /// <summary>Takes in what waited for the clients that have advanced, and what waited for those in turn.</summary>
    private void RetryPending()
    {
        if (HasPending)
        {
            for (var i = 0; i < _advanced.Count; i++)
            {
                var client = _advanced[i];
                var state = _clients.State(client);
                foreach (var pending in _pending.Ready(client, state))
                    if (AdvancePending(pending)) _advanced.Add(pending.Id);
                foreach (var (start, end) in _pending.TakeDeletes(client, state)) DeleteRange(_clients.Find(client)!, start, end);
            }
        }
        _advanced.Clear();
    }

    private bool AdvancePending(PendingClient pending)
    {
        var before = _clients.State(pending.Id);
        var block = default(UpdateBlock);
        while (pending.Runs.Min is { } run)
        {
            block = new UpdateBlock { Client = pending.Id, Clock = run.Clock, Count = run.Count };
            var done = Advance(run.Bytes, ref block);
            if (!done && block.Count == run.Count) break;
            _pending.Remove(pending, run);
            if (done) continue;
            var rest = new PendingRun(block.Clock, run.End, block.Count, run.Bytes[block.Position..]);
            _pending.Add(pending.Id, rest, block.WaitClient, block.WaitClock);
            break;
        }
        _pending.Wait(pending, block.WaitClient, block.WaitClock);
        return _clients.State(pending.Id) != before;
    }

    /// <summary>Whether the update surely, or by a trial without integrating, keeps the document within its bounds.</summary>
    private DecodeError CheckRoom(ReadOnlySpan<byte> update, in UpdateShape shape)
    {
        var structs = shape.Structs + (long)shape.Ranges;
        if (_pending.Bytes + update.Length <= _options.MaxPendingBytes
            && _pending.Count + structs <= _options.MaxPendingStructs
            && _items.Count + structs <= _options.MaxItems
            && _clients.Count + _blocks.Count <= _options.MaxClients
            && ContentBytes + update.Length <= _options.MaxDocumentBytes)
        {
            return DecodeError.None;
        }
        var forecast = new Forecast(_clients);
        var kept = _blocks.Copy();
        _forecast = forecast;
        IntegrateBlocks(update);
        _forecast = null;
        var fits = forecast.Fits(this, update, shape);
        _blocks.Restore(kept);
        return fits ? DecodeError.None : DecodeError.LimitExceeded;
    }

    /// <summary>The states and sizes a document would come to.</summary>
    private sealed class Forecast(ClientTable clients)
    {
        private readonly Dictionary<long, uint> _states = new(ClientIds.Comparer);
        private long _items;
        private long _bytes;

        public uint State(long client) => _states.TryGetValue(client, out var state) ? state : clients.State(client);

        public void Accept(long client, uint end, ref StructView s)
        {
            _states[client] = end;
            _items++;
            _bytes += s.ContentLength;
        }

        public bool Fits(YDocument document, ReadOnlySpan<byte> update, in UpdateShape shape)
        {
            var options = document._options;
            var newClients = 0;
            foreach (var client in _states.Keys)
                if (clients.IndexOf(client) < 0) newClients++;
            if (clients.Count + newClients > options.MaxClients) return false;
            if (document._items.Count + _items > options.MaxItems) return false;
            if (document.ContentBytes + _bytes > options.MaxDocumentBytes) return false;
            long waiting = 0, waitingBytes = 0;
            for (var i = 0; i < document._blocks.Count; i++)
            {
                ref var block = ref document._blocks[i];
                if (block.Count == 0) continue;
                waiting += block.Count;
                var reader = new Lib0Reader(update);
                reader.Seek(block.Position);
                var view = default(StructView);
                for (var left = block.Count; left > 0; left--) StructReader.Read(ref reader, ref view);
                waitingBytes += reader.Position - block.Position;
            }
            if (waiting > 0 && document._pending.Bytes + waitingBytes > options.MaxPendingBytes) return false;
            waiting += WaitingRanges(update[shape.DeleteSet..]);
            return waiting == 0 || document._pending.Count + waiting <= options.MaxPendingStructs;
        }

        private long WaitingRanges(ReadOnlySpan<byte> deleteSet)
        {
            var waiting = 0L;
            var reader = new Lib0Reader(deleteSet);
            for (var left = reader.ReadVarUint(); left > 0; left--)
            {
                var state = State(reader.ReadVarUint());
                for (var ranges = reader.ReadVarUint(); ranges > 0; ranges--)
                    if (reader.ReadVarUint() + reader.ReadVarUint() > state) waiting++;
            }
            return waiting;
        }
    }
}
