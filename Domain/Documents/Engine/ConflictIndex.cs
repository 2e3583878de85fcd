namespace CollabHub.Domain.Documents.Engine;

/// <summary>
/// Finds where an item goes among concurrent ones without passing them one by one: trees over the lists in which that was long.
/// The same place as the scan of docs/algorithm.md, section 3.2, for any lists; section 3.4 has the reasons.
/// </summary>
internal sealed partial class ConflictIndex(ItemTable items, ClientTable clients)
{
    private ConflictNode?[] _leaves = [];
    /// <summary>Where the origin of an item was last seen; checked at each use.</summary>
    private uint[] _origins = [];
    private uint[] _reach = [];
    private ulong _mark;

    /// <summary>Items and nodes looked at.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether the list that an item is in has a tree.</summary>
    public bool Has(uint handle) => handle < _leaves.Length && _leaves[handle] is not null;

    /// <summary>
    /// The first item after <paramref name="handle"/> whose origin lies between the origin of that item and the item itself, 0 when there is
    /// none: only a right origin that is not next to the origin puts an item in such a place. What it reaches never changes: nothing that hangs
    /// on the left of an item passes it.
    /// </summary>
    public uint ReachOf(uint handle) => _reach[handle];

    /// <summary>Makes the tree of a list from its first item on.</summary>
    public void Build(uint first)
    {
        Reserve();
        var list = new ConflictList();
        var leaves = new List<ConflictNode>();
        const int Fill = ConflictNode.Width * 3 / 4;
        for (var handle = first; handle != 0; handle = items[handle].Right)
        {
            if (leaves.Count == 0 || leaves[^1].Count == Fill)
            {
                var leaf = ConflictNode.Leaf(list);
                if (leaves.Count > 0) leaves[^1].Next = leaf;
                leaves.Add(leaf);
            }
            var last = leaves[^1];
            last.Handles![last.Count++] = handle;
            _leaves[handle] = last;
            _origins[handle] = 0;
        }
        Relabel(leaves[0]);
        ComputeReach(leaves);
        list.Root = BuildAbove(list, leaves, Fill);
    }

    /// <summary>Takes in an item that has been linked behind or before one that is in the tree.</summary>
    public void Insert(uint handle)
    {
        Reserve();
        ref var item = ref items[handle];
        var next = item.Right;
        var left = item.Left;
        _origins[handle] = 0;
        _reach[handle] = next == 0 ? 0 : ReachThrough(handle, next);
        Place(handle, left != 0 ? left : next, isBehind: left != 0);
        Note(handle);
    }

    /// <summary>Takes in the right part of an item that was cut.</summary>
    public void InsertRest(uint handle, uint rest)
    {
        Reserve();
        _origins[rest] = 0;
        _reach[rest] = 0;
        Place(rest, handle, isBehind: true);
        Note(rest);
    }

    /// <summary>Lets go of an item that has become a part of the one before it; <paramref name="item"/> is what it was.</summary>
    public void Remove(uint handle, in Item item)
    {
        var leaf = _leaves[handle]!;
        if (leaf.List.Rivals.TryGetValue((item.OriginClient, item.OriginClock), out var rivals)) rivals.Remove(RivalOf(handle, item));
        var slot = leaf.SlotOf(handle);
        leaf.Handles.AsSpan(slot + 1, leaf.Count - slot - 1).CopyTo(leaf.Handles.AsSpan(slot));
        leaf.Count--;
        _leaves[handle] = null;
        for (var node = leaf; node is not null && (node.Lowest == handle || HasOriginOf(node.Lowest, item)); node = node.Parent) Summarise(node);
    }

    /// <summary>Forgets an item of a list that is being collected as a whole.</summary>
    public void Forget(uint handle)
    {
        if (handle < _leaves.Length) _leaves[handle] = null;
    }

    private void Reserve()
    {
        if (_leaves.Length >= items.HandleLimit) return;
        var size = (int)Math.Max(items.HandleLimit, (uint)Math.Min(_leaves.Length * 2L, 1 << 30));
        Array.Resize(ref _leaves, size);
        Array.Resize(ref _origins, size);
        Array.Resize(ref _reach, size);
    }

    private uint ReachThrough(uint handle, uint next)
    {
        if (HasOriginOf(handle, items[next])) return _reach[next];
        return CompareOrigins(handle, next) < 0 ? next : 0;
    }

    private void Place(uint handle, uint neighbour, bool isBehind)
    {
        var leaf = _leaves[neighbour]!;
        var slot = leaf.SlotOf(neighbour) + (isBehind ? 1 : 0);
        leaf.Handles.AsSpan(slot, leaf.Count - slot).CopyTo(leaf.Handles.AsSpan(slot + 1));
        leaf.Handles![slot] = handle;
        leaf.Count++;
        _leaves[handle] = leaf;
        if (leaf.Count > ConflictNode.Width) SplitNode(leaf);
    }

    /// <summary>What the nodes above and the rivals have to know of an item.</summary>
    private void Note(uint handle)
    {
        ref var item = ref items[handle];
        var client = clients.IdOf(item.Client);
        ForgetEnd(_leaves[handle]!.List, handle);
        for (var node = _leaves[handle]; node is not null; node = node.Parent) Include(node, handle, client, _reach[handle]);
        if (_leaves[handle]!.List.Rivals.TryGetValue((item.OriginClient, item.OriginClock), out var rivals)) rivals.Add(RivalOf(handle, item));
    }

    private void ForgetEnd(ConflictList list, uint handle)
    {
        if (list.LastOrigin is not { } last) return;
        ref var item = ref items[handle];
        if (item.OriginClient == last.Client && item.OriginClock == last.Clock) return;
        var structs = clients[last.Client];
        var origin = structs.HandleAt(structs.Find(last.Clock));
        if (item.OriginClient < 0 || OriginOf(handle) == origin || Compare(OriginOf(handle), origin) < 0) list.LastOrigin = null;
    }

    private ConflictRival RivalOf(uint handle, in Item item) => new(item.RightClient, item.RightClock, clients.IdOf(item.Client), item.Clock, handle);

    private void Include(ConflictNode node, uint lowest, long client, uint reach)
    {
        var order = node.Lowest == 0 ? -1 : CompareOrigins(lowest, node.Lowest);
        if (order > 0) return;
        if (order < 0)
        {
            node.Lowest = lowest;
            node.SmallestClient = client;
            node.FurthestReach = reach;
            return;
        }
        node.SmallestClient = Math.Min(node.SmallestClient, client);
        if (node.FurthestReach != 0 && (reach == 0 || Compare(reach, node.FurthestReach) > 0)) node.FurthestReach = reach;
    }

    private void Summarise(ConflictNode node)
    {
        node.Lowest = 0;
        for (var i = 0; i < node.Count; i++)
        {
            if (node.Handles is not null) Include(node, node.Handles[i], clients.IdOf(items[node.Handles[i]].Client), _reach[node.Handles[i]]);
            else if (node.Nodes![i] is { Lowest: not 0 } below) Include(node, below.Lowest, below.SmallestClient, below.FurthestReach);
        }
    }

    private void SplitNode(ConflictNode node)
    {
        const int Keep = ConflictNode.Width / 2;
        if (node.Parent is null) GrowRoot(node);
        else if (node.Parent.Count == ConflictNode.Width) SplitNode(node.Parent);
        var fresh = node.Handles is not null ? ConflictNode.Leaf(node.List) : ConflictNode.Inner(node.List);
        fresh.Count = node.Count - Keep;
        node.Count = Keep;
        if (node.Handles is not null)
        {
            node.Handles.AsSpan(Keep, fresh.Count).CopyTo(fresh.Handles);
            for (var i = 0; i < fresh.Count; i++) _leaves[fresh.Handles![i]] = fresh;
            LabelBehind(node, fresh);
        }
        else
        {
            Array.Copy(node.Nodes!, Keep, fresh.Nodes!, 0, fresh.Count);
            Array.Clear(node.Nodes!, Keep, fresh.Count);
            Adopt(fresh, 0);
        }
        var parent = node.Parent!;
        Array.Copy(parent.Nodes!, node.Place + 1, parent.Nodes!, node.Place + 2, parent.Count - node.Place - 1);
        parent.Nodes![node.Place + 1] = fresh;
        parent.Count++;
        Adopt(parent, node.Place + 1);
        Summarise(node);
        Summarise(fresh);
    }

    private void GrowRoot(ConflictNode node)
    {
        var root = ConflictNode.Inner(node.List);
        root.Nodes![0] = node;
        root.Count = 1;
        Adopt(root, 0);
        Summarise(root);
        node.List.Root = root;
    }

    private static void Adopt(ConflictNode parent, int from)
    {
        for (var i = from; i < parent.Count; i++)
        {
            parent.Nodes![i].Parent = parent;
            parent.Nodes[i].Place = i;
        }
    }

    private static void LabelBehind(ConflictNode node, ConflictNode fresh)
    {
        fresh.Next = node.Next;
        node.Next = fresh;
        var end = fresh.Next?.Label ?? ulong.MaxValue;
        fresh.Label = node.Label + ((end - node.Label) / 2);
        if (fresh.Label != node.Label) return;
        var leftmost = node.List.Root;
        while (leftmost.Nodes is not null) leftmost = leftmost.Nodes[0];
        Relabel(leftmost);
    }

    private static void Relabel(ConflictNode leftmost)
    {
        var label = 0UL;
        for (var leaf = leftmost; leaf is not null; leaf = leaf.Next) leaf.Label = label += 1UL << 36;
    }

    private ConflictNode BuildAbove(ConflictList list, List<ConflictNode> level, int fill)
    {
        foreach (var node in level) Summarise(node);
        if (level.Count == 1) return level[0];
        var above = new List<ConflictNode>();
        foreach (var node in level)
        {
            if (above.Count == 0 || above[^1].Count == fill) above.Add(ConflictNode.Inner(list));
            var parent = above[^1];
            parent.Nodes![parent.Count++] = node;
            node.Parent = parent;
            node.Place = parent.Count - 1;
        }
        return BuildAbove(list, above, fill);
    }

    /// <summary>From right to left; whatever hangs on the right of an item is passed in one step.</summary>
    private void ComputeReach(List<ConflictNode> leaves)
    {
        var following = new List<uint>();
        for (var at = leaves.Count - 1; at >= 0; at--)
        {
            for (var slot = leaves[at].Count - 1; slot >= 0; slot--)
            {
                var handle = leaves[at].Handles![slot];
                while (following.Count > 0 && !HangsLeftOf(following[^1], handle)) following.RemoveAt(following.Count - 1);
                _reach[handle] = ReachAmong(following, handle);
                following.Add(handle);
            }
        }
    }

    private bool HangsLeftOf(uint handle, uint other) => items[handle].OriginClient < 0 || Compare(OriginOf(handle), other) < 0;

    private uint ReachAmong(List<uint> following, uint handle)
    {
        if (following.Count == 0) return 0;
        // The next sibling is reached over by all that reaches over this item, and by what hangs on it as well.
        if (HasOriginOf(handle, items[following[^1]]) && _reach[following[^1]] == 0) return 0;
        for (var i = following.Count - 1; i >= 0; i--)
        {
            var order = CompareOrigins(handle, following[i]);
            if (order > 0) return 0;
            if (order < 0 && HangsLeftOf(following[i], handle)) return following[i];
        }
        return 0;
    }
}
