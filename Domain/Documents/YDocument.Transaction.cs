using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>What is put right at the end of an update: collection of deleted content, merging of neighbours.</content>
public sealed partial class YDocument
{
    private readonly List<uint> _deleted = [];
    private readonly List<(int Client, uint Clock)> _touched = [];
    private readonly List<int> _typesToVisit = [];
    private bool _changed;
    private bool _textChanged;

    /// <summary>How often all content was copied to get rid of dead bytes, since the document exists.</summary>
    internal int Compactions { get; private set; }

    private void BeginTransaction()
    {
        _changed = false;
        _textChanged = false;
    }

    private void EndTransaction()
    {
        if (_options.GarbageCollect)
            foreach (var handle in _deleted) Collect(handle);
        Empty(_deleted);
        foreach (var (client, clock) in _touched) MergeAround(_clients[client], clock);
        Empty(_touched);
        if (_arena.Dead > 4096 && _arena.Dead > _arena.Length / 3) CompactContent();
    }

    // What one large update needed must not stay with the document.
    private static void Empty<T>(List<T> list)
    {
        list.Clear();
        if (list.Capacity > 256) list.Capacity = 0;
    }

    private void Collect(uint handle)
    {
        ref var item = ref _items[handle];
        if (item.Kind is ContentKind.Gc or ContentKind.Deleted) return;
        if (item.Kind == ContentKind.Type) CollectChildren(item.OwnType);
        DiscardContent(ref item);
        item.Kind = ContentKind.Deleted;
        item.OwnType = 0;
    }

    private void CollectChildren(int type)
    {
        _typesToVisit.Add(type);
        while (_typesToVisit.Count > 0)
        {
            type = _typesToVisit[^1];
            _typesToVisit.RemoveAt(_typesToVisit.Count - 1);
            ref var record = ref _types[type];
            for (var child = record.Start; child != 0;) child = TurnIntoGc(child, rightwards: true);
            for (var at = record.FirstEntry; at >= 0; at = _types.Entry(at).Next)
            {
                for (var value = _types.Entry(at).Last; value != 0;) value = TurnIntoGc(value, rightwards: false);
                _types.Entry(at).Last = 0;
                _types.Entry(at).First = 0;
            }
            record.Start = 0;
            record.Length = 0;
            record.TextUnits = 0;
            record.TextBytes = 0;
            if (_index?.Type == type) _index = null;
        }
    }

    private uint TurnIntoGc(uint handle, bool rightwards)
    {
        ref var item = ref _items[handle];
        var next = rightwards ? item.Right : item.Left;
        if (item.Kind == ContentKind.Type) _typesToVisit.Add(item.OwnType);
        DiscardContent(ref item);
        item = new Item { Client = item.Client, Clock = item.Clock, Length = item.Length, Kind = ContentKind.Gc, Flags = ItemFlags.Deleted };
        _conflicts?.Forget(handle);
        _touched.Add((item.Client, item.Clock));
        return next;
    }

    private void DiscardContent(ref Item item)
    {
        _arena.Discard((item.Flags & ItemFlags.Slack) != 0 ? ContentArena.SlackCapacity(item.ContentBytes) : item.ContentBytes);
        item.Flags &= ~(ItemFlags.Slack | ItemFlags.Ascii);
        item.ContentStart = 0;
        item.ContentBytes = 0;
    }

    private void MergeAround(ClientStructs client, uint clock)
    {
        var at = client.Find(clock);
        if (client.TryNext(at, out var next)) TryMerge(client, client.HandleAt(at), next);
        if (client.TryPrevious(at, out var previous)) TryMerge(client, client.HandleAt(previous), at);
    }

    /// <summary>Makes the struct at <paramref name="second"/> part of <paramref name="first"/>, the one before it by clock, if the rules allow.</summary>
    private bool TryMerge(ClientStructs client, uint first, StructPosition second)
    {
        var handle = client.HandleAt(second);
        ref var l = ref _items[first];
        ref var r = ref _items[handle];
        if (l.Kind != r.Kind || l.IsDeleted != r.IsDeleted) return false;
        if (l.Kind != ContentKind.Gc)
        {
            if (!l.Kind.IsMergeable() || l.Right != handle) return false;
            if (r.OriginClient != r.Client || r.OriginClock != r.Clock - 1) return false;
            if (l.RightClient != r.RightClient || l.RightClock != r.RightClock) return false;
            if (!TryJoinContent(ref l, _arena.Read(r.ContentStart, r.ContentBytes), r.ContentStart, r.IsAscii)) return false;
            if (IsIndexed(ref r)) _index!.Remove(handle);
            l.Right = r.Right;
            if (r.Right != 0) _items[r.Right].Left = first;
            else if (r.HasKey) _types.SetLast(r.Parent, r.KeyOrLeaf, first);
        }
        l.Length += r.Length;
        if (l.Kind != ContentKind.Gc && IsIndexed(ref l)) _index!.Update(first);
        client.RemoveAt(second);
        var merged = r;
        _items.Free(handle);
        if (_conflicts is not null && _conflicts.Has(handle)) _conflicts.Remove(handle, merged);
        return true;
    }

    // Runs that grow keep their room: without it each of them would move again with its next letter.
    private void CompactContent()
    {
        Compactions++;
        var live = ContentArena.Rent((int)(ContentBytes + (ContentBytes >> 5) + 64));
        var length = 0;
        for (uint handle = 1; handle < _items.HandleLimit; handle++)
        {
            ref var item = ref _items[handle];
            if (item.ContentBytes == 0)
            {
                item.ContentStart = 0;
                continue;
            }
            _arena.Read(item.ContentStart, item.ContentBytes).CopyTo(live.AsSpan(length));
            item.ContentStart = length;
            length += (item.Flags & ItemFlags.Slack) != 0 ? ContentArena.SlackCapacity(item.ContentBytes) : item.ContentBytes;
        }
        _arena.Replace(live, length);
    }
}
