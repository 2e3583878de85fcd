namespace CollabHub.Domain.Documents.Engine;

/// <content>Comparing places, and the searches that make up the scan.</content>
internal sealed partial class ConflictIndex
{
    /// <summary>What is looked for; <see cref="Node"/> holds exactly when an item below does.</summary>
    private interface ICondition
    {
        bool Item(uint handle);
        bool Node(ConflictNode node);
    }

    /// <summary>The item that a new one comes behind.</summary>
    /// <param name="left">The item that ends with the origin; 0 when there is no origin.</param>
    /// <param name="right">The item that starts with the right origin, or 0.</param>
    /// <param name="any">Any item of the list.</param>
    /// <param name="item">A record with the origins of the new item.</param>
    /// <param name="client">Its client id.</param>
    /// <returns>An item of the list, or 0 for its start.</returns>
    public uint FindLeft(uint left, uint right, uint any, in Item item, long client)
    {
        var list = _leaves[any]!.List;
        var end = EndOf(list, left, item);
        if (right != 0 && right < _leaves.Length && _leaves[right]?.List == list && (left == 0 || Compare(right, left) > 0) && IsBefore(right, end)) end = right;
        if (FirstRival(list, left, end, item, client) is var rival and not 0) end = rival;
        var lower = Last(list, left, end, new IsLower(this, item, client));
        if (lower == 0) return left;
        var next = First(list, lower, end, new Stays(this, item, end));
        if (next != 0) return items[next].Left;
        return end != 0 ? items[end].Left : LastOf(list.Root);
    }

    private bool IsBefore(uint handle, uint end) => end == 0 || Compare(handle, end) < 0;

    /// <summary>The first item that hangs on something before the origin. Remembered, since items at one place ask again and again.</summary>
    private uint EndOf(ConflictList list, uint left, in Item item)
    {
        if (left == 0) return 0;
        if (list.LastOrigin is { } last && last.Client == item.OriginClient && last.Clock == item.OriginClock) return list.LastEnd;
        list.LastOrigin = (item.OriginClient, item.OriginClock);
        return list.LastEnd = First(list, left, 0, new HangsBefore(this, left));
    }

    /// <summary>The first item with both origins the same and a client id that is not smaller.</summary>
    private uint FirstRival(ConflictList list, uint left, uint end, in Item item, long client)
    {
        if (!list.Rivals.TryGetValue((item.OriginClient, item.OriginClock), out var rivals))
        {
            rivals = [];
            var limit = EndOf(list, left, item);
            var siblings = new HasOrigin(this, item);
            for (var other = First(list, left, limit, siblings); other != 0; other = First(list, other, limit, siblings)) rivals.Add(RivalOf(other, items[other]));
            list.Rivals.Add((item.OriginClient, item.OriginClock), rivals);
        }
        var from = new ConflictRival(item.RightClient, item.RightClock, client, uint.MaxValue, 0);
        var to = new ConflictRival(item.RightClient, item.RightClock, long.MaxValue, 0, 0);
        while (rivals.GetViewBetween(from, to).Min is { Handle: not 0 } rival)
        {
            Steps++;
            if (IsBefore(rival.Handle, end)) return rival.Handle;
            // What stands behind the end of what hangs on an origin always will, and it need not be sorted.
            rivals.Remove(rival);
        }
        return 0;
    }

    private static uint LastOf(ConflictNode node)
    {
        for (var i = node.Count - 1; i >= 0; i--)
        {
            if (node.Handles is not null) return node.Handles[i];
            if (LastOf(node.Nodes![i]) is var last and not 0) return last;
        }
        return 0;
    }

    /// <summary>The order of two items in their list.</summary>
    private int Compare(uint a, uint b)
    {
        if (a == b) return 0;
        var leafA = _leaves[a]!;
        var leafB = _leaves[b]!;
        return leafA == leafB ? leafA.SlotOf(a).CompareTo(leafA.SlotOf(b)) : leafA.Label.CompareTo(leafB.Label);
    }

    /// <summary>The item that holds the origin of an item that has one.</summary>
    private uint OriginOf(uint handle)
    {
        ref var item = ref items[handle];
        var known = _origins[handle];
        if (known != 0)
        {
            ref var origin = ref items[known];
            if (origin.Client == item.OriginClient && item.OriginClock - origin.Clock < origin.Length) return known;
        }
        var structs = clients[item.OriginClient];
        return _origins[handle] = structs.HandleAt(structs.Find(item.OriginClock));
    }

    private bool HasOriginOf(uint handle, in Item other)
    {
        ref var item = ref items[handle];
        return handle != 0 && item.OriginClient == other.OriginClient && item.OriginClock == other.OriginClock;
    }

    /// <summary>The order of the origins of two items; none comes before all.</summary>
    private int CompareOrigins(uint a, uint b)
    {
        ref var first = ref items[a];
        ref var second = ref items[b];
        if (first.OriginClient == second.OriginClient)
        {
            if (first.OriginClock == second.OriginClock) return 0;
            if (OriginOf(a) == OriginOf(b)) return first.OriginClock.CompareTo(second.OriginClock);
        }
        if (first.OriginClient < 0) return -1;
        if (second.OriginClient < 0) return 1;
        return Compare(OriginOf(a), OriginOf(b));
    }

    /// <summary>Whether the origin of an item lies before the last unit of another (negative), is it, or lies behind.</summary>
    private int CompareOriginTo(uint handle, uint other)
    {
        ref var item = ref items[handle];
        if (item.OriginClient < 0) return -1;
        var origin = OriginOf(handle);
        return origin == other ? item.OriginClock.CompareTo(items[other].End - 1) : Compare(origin, other);
    }

    private readonly struct HangsBefore(ConflictIndex index, uint left) : ICondition
    {
        public bool Item(uint handle) => index.CompareOriginTo(handle, left) < 0;
        public bool Node(ConflictNode node) => Item(node.Lowest);
    }

    private readonly struct HasOrigin(ConflictIndex index, Item origins) : ICondition
    {
        public bool Item(uint handle) => index.HasOriginOf(handle, origins);

        public bool Node(ConflictNode node) => Item(node.Lowest);
    }

    private readonly struct IsLower(ConflictIndex index, Item origins, long client) : ICondition
    {
        private readonly HasOrigin _sibling = new(index, origins);

        public bool Item(uint handle) => _sibling.Item(handle) && index.ClientOf(handle) < client;
        public bool Node(ConflictNode node) => node.SmallestClient < client && _sibling.Node(node);
    }

    /// <summary>Items with the same origin that nothing before the end pulls the new one over.</summary>
    private readonly struct Stays(ConflictIndex index, Item origins, uint end) : ICondition
    {
        private readonly HasOrigin _sibling = new(index, origins);

        public bool Item(uint handle) => _sibling.Item(handle) && ReachesEnd(index._reach[handle]);
        public bool Node(ConflictNode node) => _sibling.Node(node) && ReachesEnd(node.FurthestReach);
        private bool ReachesEnd(uint reach) => reach == 0 || (end != 0 && index.Compare(reach, end) >= 0);
    }

    private long ClientOf(uint handle) => clients.IdOf(items[handle].Client);

    private void MarkAbove(uint handle)
    {
        _mark++;
        if (handle == 0) return;
        for (var node = _leaves[handle]; node is not null; node = node.Parent) node.Mark = _mark;
    }

    /// <summary>The first item between two that meets the condition; 0 as <paramref name="after"/> or <paramref name="before"/> is the start or end.</summary>
    private uint First<T>(ConflictList list, uint after, uint before, in T condition) where T : struct, ICondition
    {
        MarkAbove(before);
        if (after == 0) return FirstIn(list.Root, 0, before, condition);
        var node = _leaves[after]!;
        var found = FirstIn(node, node.SlotOf(after) + 1, before, condition);
        while (found == 0 && node.Parent is { } parent && node.Mark != _mark)
        {
            found = FirstIn(parent, node.Place + 1, before, condition);
            node = parent;
        }
        return found;
    }

    private uint FirstIn<T>(ConflictNode node, int from, uint before, in T condition) where T : struct, ICondition
    {
        for (var i = from; i < node.Count; i++)
        {
            Steps++;
            if (node.Handles is not null)
            {
                var handle = node.Handles[i];
                if (handle == before) return 0;
                if (condition.Item(handle)) return handle;
            }
            else if (node.Nodes![i] is var below && below.Mark == _mark)
            {
                return FirstIn(below, 0, before, condition);
            }
            else if (below.Lowest != 0 && condition.Node(below))
            {
                return FirstIn(below, 0, before, condition);
            }
        }
        return 0;
    }

    /// <summary>The last item between two that meets the condition.</summary>
    private uint Last<T>(ConflictList list, uint after, uint before, in T condition) where T : struct, ICondition
    {
        MarkAbove(after);
        if (before == 0) return LastIn(list.Root, list.Root.Count - 1, after, condition);
        var node = _leaves[before]!;
        var found = LastIn(node, node.SlotOf(before) - 1, after, condition);
        while (found == 0 && node.Parent is { } parent && node.Mark != _mark)
        {
            found = LastIn(parent, node.Place - 1, after, condition);
            node = parent;
        }
        return found;
    }

    private uint LastIn<T>(ConflictNode node, int from, uint after, in T condition) where T : struct, ICondition
    {
        for (var i = from; i >= 0; i--)
        {
            Steps++;
            if (node.Handles is not null)
            {
                var handle = node.Handles[i];
                if (handle == after) return 0;
                if (condition.Item(handle)) return handle;
            }
            else if (node.Nodes![i] is var below && below.Mark == _mark)
            {
                return LastIn(below, below.Count - 1, after, condition);
            }
            else if (below.Lowest != 0 && condition.Node(below))
            {
                return LastIn(below, below.Count - 1, after, condition);
            }
        }
        return 0;
    }
}
