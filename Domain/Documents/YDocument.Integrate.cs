using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Placing new structs: docs/algorithm.md, section 3.</content>
public sealed partial class YDocument
{
    /// <summary>
    /// Takes in one struct whose dependencies are all known. The first <paramref name="offset"/> units are known already.
    /// </summary>
    private void Integrate(ref StructView s, ReadOnlySpan<byte> bytes, ClientStructs client, uint clock, uint offset)
    {
        _changed = true;
        if (s.Kind == ContentKind.Gc)
        {
            AppendGc(client, s.Length - offset);
            return;
        }
        var place = default(Placement);
        place.OriginClient = place.RightClient = Item.NoClient;
        if (s.HasOrigin)
        {
            place.OriginClient = _clients.IndexOf(s.OriginClient);
            place.OriginClock = s.OriginClock;
        }
        if (s.HasRight)
        {
            place.RightClient = _clients.IndexOf(s.RightClient);
            place.RightClock = s.RightClock;
        }
        if (offset == 0 && place.OriginClient == client.Index && place.OriginClock + 1 == client.State && FollowsLast(client, ref place))
        {
            if (s.Kind == ContentKind.String && TryExtendLast(ref s, bytes, client)) return;
        }
        else if (TryResolveNeighbours(ref s, bytes, ref place))
        {
            ResolveConflict(ref place, client.Id);
        }
        else
        {
            AppendGc(client, s.Length - offset);
            return;
        }
        var handle = AddItem(ref s, bytes, client, clock, offset, place);
        Link(handle, place);
        AfterLinking(handle, client);
    }

    /// <summary>Where an item goes.</summary>
    private struct Placement
    {
        public int OriginClient;
        public uint OriginClock;
        public int RightClient;
        public uint RightClock;
        public uint Left;
        public uint Right;
        public int Parent;
        public int Key;
    }

    /// <summary>What comes next was written behind the last struct of its client, and nothing has come between: no search is needed.</summary>
    private bool FollowsLast(ClientStructs client, ref Placement place)
    {
        var handle = client.LastHandle;
        ref var last = ref _items[handle];
        if (last.Kind == ContentKind.Gc || last.RightClient != place.RightClient) return false;
        if (place.RightClient == Item.NoClient)
        {
            if (last.Right != 0) return false;
        }
        else
        {
            if (last.RightClock != place.RightClock || last.Right == 0) return false;
            ref var right = ref _items[last.Right];
            if (right.Client != place.RightClient || right.Clock != place.RightClock) return false;
        }
        place.Left = handle;
        place.Right = last.Right;
        place.Parent = last.Parent;
        place.Key = last.HasKey ? last.KeyOrLeaf : -1;
        return true;
    }

    /// <summary>Typing: text that follows the last struct of its client becomes a part of it.</summary>
    private bool TryExtendLast(ref StructView s, ReadOnlySpan<byte> bytes, ClientStructs client)
    {
        ref var last = ref _items[client.LastHandle];
        if (last.Kind != ContentKind.String || (last.Flags & (ItemFlags.Deleted | ItemFlags.HasKey)) != 0) return false;
        if (!TryJoinContent(ref last, bytes.Slice(s.ContentStart, s.ContentLength), contentStart: -1, s.IsAscii)) return false;
        last.Length += s.Length;
        client.State += s.Length;
        CountVisible(ref last, s.Length, s.ContentLength);
        if (IsIndexed(ref last)) _index!.Update(client.LastHandle);
        return true;
    }

    /// <summary>Finds neighbours, parent and key. False when what surrounds the item was collected, so that it must be, too.</summary>
    private bool TryResolveNeighbours(ref StructView s, ReadOnlySpan<byte> bytes, ref Placement place)
    {
        if (place.OriginClient >= 0) place.Left = FindEnd(_clients[place.OriginClient], place.OriginClock);
        if (place.RightClient >= 0)
        {
            place.Right = FindRight(place);
            // A right neighbour inside of the left one cuts it; only hostile writers name such.
            if (place.Left != 0 && place.OriginClock - _items[place.Left].Clock >= _items[place.Left].Length) place.Left = FindEnd(_clients[place.OriginClient], place.OriginClock);
        }
        if (place.Left != 0 && _items[place.Left].Kind == ContentKind.Gc) return false;
        if (place.Right != 0 && _items[place.Right].Kind == ContentKind.Gc) return false;
        place.Key = -1;
        if (!s.HasParent)
        {
            ref var neighbour = ref _items[place.Left != 0 ? place.Left : place.Right];
            place.Parent = neighbour.Parent;
            if (neighbour.HasKey) place.Key = neighbour.KeyOrLeaf;
            return true;
        }
        if (s.ParentIsRoot)
        {
            place.Parent = _types.Root(_names.Intern(bytes.Slice(s.RootStart, s.RootLength)));
        }
        else
        {
            ref var holder = ref _items[Find(_clients.IndexOf(s.ParentClient), s.ParentClock)];
            if (holder.Kind != ContentKind.Type) return false;
            place.Parent = holder.OwnType;
        }
        if (s.HasKey) place.Key = _names.Intern(bytes.Slice(s.KeyStart, s.KeyLength));
        return true;
    }

    // Without concurrency the right neighbour is still the one at the right of the left one.
    private uint FindRight(in Placement place)
    {
        var next = place.Left != 0 ? _items[place.Left].Right : 0;
        if (next != 0)
        {
            ref var item = ref _items[next];
            if (item.Client == place.RightClient && item.Clock == place.RightClock) return next;
        }
        return FindStart(_clients[place.RightClient], place.RightClock);
    }

    private uint FirstOf(int parent, int key) => key < 0 ? _types[parent].Start : _types.First(parent, key);

    private uint AddItem(ref StructView s, ReadOnlySpan<byte> bytes, ClientStructs client, uint clock, uint offset, in Placement place)
    {
        var handle = _items.Allocate();
        ref var item = ref _items[handle];
        item.Client = client.Index;
        item.Clock = clock;
        item.Length = s.Length;
        item.OriginClient = place.OriginClient;
        item.OriginClock = place.OriginClock;
        item.RightClient = place.RightClient;
        item.RightClock = place.RightClock;
        item.Parent = place.Parent;
        item.Kind = s.Kind;
        if (place.Key >= 0)
        {
            item.KeyOrLeaf = place.Key;
            item.Flags |= ItemFlags.HasKey;
        }
        if (s.Kind == ContentKind.String && s.IsAscii) item.Flags |= ItemFlags.Ascii;
        item.ContentStart = _arena.Append(bytes.Slice(s.ContentStart, s.ContentLength));
        item.ContentBytes = s.ContentLength;
        if (offset > 0)
        {
            var known = item;
            SplitContent(ref known, ref item, offset);
            DiscardContent(ref known);
            item.Clock += offset;
            item.Length -= offset;
        }
        return handle;
    }

    private void Link(uint handle, in Placement place)
    {
        ref var item = ref _items[handle];
        item.Left = place.Left;
        if (place.Left != 0)
        {
            ref var left = ref _items[place.Left];
            item.Right = left.Right;
            left.Right = handle;
        }
        else
        {
            item.Right = FirstOf(place.Parent, place.Key);
            if (place.Key < 0) _types[place.Parent].Start = handle;
            else _types.SetFirst(place.Parent, place.Key, handle);
        }
        if (item.Right != 0)
        {
            _items[item.Right].Left = handle;
        }
        else if (place.Key >= 0)
        {
            _types.SetLast(place.Parent, place.Key, handle);
            if (place.Left != 0) Delete(place.Left);
        }
        if (IsIndexed(ref item)) _index!.InsertAfter(place.Left, handle);
        if (_conflicts is not null && _conflicts.Has(item.Left != 0 ? item.Left : item.Right)) _conflicts.Insert(handle);
    }

    private void AfterLinking(uint handle, ClientStructs client)
    {
        ref var item = ref _items[handle];
        var previous = client.LastHandle;
        client.Append(item.Clock, handle);
        client.State = item.End;
        if (!item.HasKey && item.Kind.IsCountable())
        {
            CountVisible(ref item, item.Length, item.ContentBytes);
        }
        if (item.Kind == ContentKind.Deleted) item.Flags |= ItemFlags.Deleted;
        else if (item.Kind == ContentKind.Type) item.OwnType = _types.AddNested(handle);
        var holder = _types[item.Parent].Item;
        if ((holder != 0 && _items[holder].IsDeleted) || (item.HasKey && item.Right != 0)) Delete(handle);
        if (previous != 0 && item.Left == previous && (!item.IsDeleted || item.Kind == ContentKind.Deleted)) TryMerge(client, previous, client.Last);
    }

    private void AppendGc(ClientStructs client, uint length)
    {
        var last = client.LastHandle;
        if (last != 0 && _items[last].Kind == ContentKind.Gc)
        {
            _items[last].Length += length;
        }
        else
        {
            var handle = _items.Allocate();
            ref var item = ref _items[handle];
            item.Client = client.Index;
            item.Clock = client.State;
            item.Length = length;
            item.Kind = ContentKind.Gc;
            item.Flags = ItemFlags.Deleted;
            client.Append(item.Clock, handle);
        }
        client.State += length;
    }
}
