using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Finding, cutting and deleting structs.</content>
public sealed partial class YDocument
{
    private uint Find(int client, uint clock)
    {
        var structs = _clients[client];
        return structs.HandleAt(structs.Find(clock));
    }

    /// <summary>The struct that ends at this unit; cut if the unit lies inside. A GC struct stays whole.</summary>
    private uint FindEnd(ClientStructs client, uint clock)
    {
        var at = client.Find(clock);
        var handle = client.HandleAt(at);
        ref var item = ref _items[handle];
        if (item.Kind != ContentKind.Gc && clock != item.End - 1) Split(client, at, handle, clock - item.Clock + 1);
        return handle;
    }

    /// <summary>The struct that starts at this unit; cut if the unit lies inside. A GC struct stays whole.</summary>
    private uint FindStart(ClientStructs client, uint clock)
    {
        var at = client.FindRight(clock);
        var handle = client.HandleAt(at);
        ref var item = ref _items[handle];
        return item.Kind != ContentKind.Gc && item.Clock < clock ? Split(client, at, handle, clock - item.Clock) : handle;
    }

    /// <summary>Cuts an item in two; the left part keeps its handle, the right part is returned.</summary>
    /// <remarks>Not noted for joining: something comes between the parts, or one of them is deleted, which notes it.</remarks>
    private uint Split(ClientStructs client, StructPosition at, uint handle, uint length)
    {
        var rest = _items.Allocate();
        ref var left = ref _items[handle];
        ref var right = ref _items[rest];
        right = left;
        right.Clock += length;
        right.Length -= length;
        right.OriginClient = left.Client;
        right.OriginClock = right.Clock - 1;
        right.Left = handle;
        var bytes = left.ContentBytes;
        SplitContent(ref left, ref right, length);
        // The halves of a pair of surrogates are larger than the pair.
        if (left.Kind == ContentKind.String && !left.HasKey && !left.IsDeleted) _types[left.Parent].TextBytes += left.ContentBytes + right.ContentBytes - bytes;
        left.Length = length;
        left.Right = rest;
        if (right.Right != 0) _items[right.Right].Left = rest;
        else if (right.HasKey) _types.SetLast(right.Parent, right.KeyOrLeaf, rest);
        client.InsertAfter(at, right.Clock, rest);
        if (IsIndexed(ref left))
        {
            _index!.Update(handle);
            _index.InsertAfter(handle, rest);
        }
        if (_conflicts is not null && _conflicts.Has(handle)) _conflicts.InsertRest(handle, rest);
        if (right.IsDeleted && right.Kind != ContentKind.Deleted) _deleted.Add(rest);
        return rest;
    }

    /// <summary>Deletes the units from <paramref name="start"/> to <paramref name="end"/>, all of them known.</summary>
    private void DeleteRange(ClientStructs client, uint start, uint end)
    {
        var at = client.Find(start);
        var handle = client.HandleAt(at);
        if (_items[handle].Clock < start && !_items[handle].IsDeleted)
        {
            handle = Split(client, at, handle, start - _items[handle].Clock);
            at = client.Find(start);
        }
        while (true)
        {
            ref var item = ref _items[handle];
            if (item.Clock >= end) return;
            if (!item.IsDeleted)
            {
                if (end < item.End)
                {
                    Split(client, at, handle, end - item.Clock);
                    Delete(handle);
                    return;
                }
                Delete(handle);
            }
            if (!client.TryNext(at, out at)) return;
            handle = client.HandleAt(at);
        }
    }

    /// <summary>Deletes an item and, if it is a type, everything in it.</summary>
    private void Delete(uint handle)
    {
        if (_items[handle].IsDeleted) return;
        MarkDeleted(handle);
        while (_typesToVisit.Count > 0)
        {
            var type = _typesToVisit[^1];
            _typesToVisit.RemoveAt(_typesToVisit.Count - 1);
            for (var child = _types[type].Start; child != 0; child = _items[child].Right)
                if (!_items[child].IsDeleted) MarkDeleted(child);
            for (var at = _types[type].FirstEntry; at >= 0; at = _types.Entry(at).Next)
            {
                var value = _types.Entry(at).Last;
                if (value != 0 && !_items[value].IsDeleted) MarkDeleted(value);
            }
        }
    }

    private bool IsIndexed(ref Item item) => _index is not null && _index.Type == item.Parent && !item.HasKey;

    private void CountVisible(ref Item item, long units, long bytes)
    {
        ref var parent = ref _types[item.Parent];
        parent.Length += units;
        if (item.Kind == ContentKind.String)
        {
            parent.TextUnits += units;
            parent.TextBytes += bytes;
        }
        _textChanged = true;
    }

    private void MarkDeleted(uint handle)
    {
        ref var item = ref _items[handle];
        if (!item.HasKey && item.Kind.IsCountable())
        {
            CountVisible(ref item, -(long)item.Length, -(long)item.ContentBytes);
        }
        item.Flags |= ItemFlags.Deleted;
        _changed = true;
        if (IsIndexed(ref item)) _index!.Update(handle);
        _recordedDeletes?.Add(_clients.IdOf(item.Client), item.Clock, item.End);
        _deleted.Add(handle);
        _touched.Add((item.Client, item.Clock));
        if (item.Kind == ContentKind.Type) _typesToVisit.Add(item.OwnType);
    }
}
