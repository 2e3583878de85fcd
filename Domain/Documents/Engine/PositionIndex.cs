using System.Runtime.CompilerServices;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>
/// Text position to item for one list: leaves of up to 64 items, blocks of up to 256 leaves, one row of blocks. Kept up to date
/// while it exists; every operation costs a few short scans of adjacent numbers.
/// </summary>
/// <remarks>The leaf of an item is in <see cref="Item.KeyOrLeaf"/>; all items of the list are in it, deleted ones with size 0.</remarks>
internal sealed class PositionIndex(int type, ItemTable items)
{
    private const int LeafSize = 64;
    private const int BlockSize = 256;

    [InlineArray(LeafSize)]
    private struct LeafNumbers { private uint _first; }

    [InlineArray(BlockSize)]
    private struct BlockNumbers { private uint _first; }

    private sealed class Leaf
    {
        public Block Block = null!;
        public int Number;
        public int Count;
        public uint Sum;
        public LeafNumbers Handles;
        public LeafNumbers Sizes;
    }

    private sealed class Block
    {
        public int Place;
        public int Count;
        public long Sum;
        public BlockNumbers Leaves;
        public BlockNumbers Sums;
    }

    private Leaf[] _leaves = new Leaf[4];
    private int _leafCount;
    private readonly List<Block> _blocks = [];

    /// <summary>The type whose list this is.</summary>
    public int Type => type;

    /// <summary>Whether splits and merges have left so many thin leaves that it is better built anew.</summary>
    public bool IsThin => (long)_leafCount * (LeafSize / 8) > items.Count + 1024;

    /// <summary>Text units an item contributes.</summary>
    public static uint SizeOf(ref Item item) => item.Kind == ContentKind.String && !item.IsDeleted ? item.Length : 0;

    /// <summary>Adds at the end; for building.</summary>
    public void Append(uint handle)
    {
        if (_blocks.Count == 0) AddFirst();
        var block = _blocks[^1];
        InsertInto(_leaves[block.Leaves[block.Count - 1]], int.MaxValue, handle);
    }

    /// <summary>Adds behind <paramref name="left"/>, at the start when that is 0.</summary>
    public void InsertAfter(uint left, uint handle)
    {
        if (_blocks.Count == 0) AddFirst();
        if (left == 0)
        {
            InsertInto(_leaves[_blocks[0].Leaves[0]], 0, handle);
            return;
        }
        var leaf = _leaves[items[left].KeyOrLeaf];
        InsertInto(leaf, SlotOf(leaf, left) + 1, handle);
    }

    /// <summary>Takes note that the size of an item has changed.</summary>
    public void Update(uint handle)
    {
        ref var item = ref items[handle];
        var leaf = _leaves[item.KeyOrLeaf];
        var slot = SlotOf(leaf, handle);
        var size = SizeOf(ref item);
        Add(leaf, (long)size - leaf.Sizes[slot]);
        leaf.Sizes[slot] = size;
    }

    public void Remove(uint handle)
    {
        var leaf = _leaves[items[handle].KeyOrLeaf];
        var slot = SlotOf(leaf, handle);
        Add(leaf, -(long)leaf.Sizes[slot]);
        Span<uint> handles = leaf.Handles;
        Span<uint> sizes = leaf.Sizes;
        handles[(slot + 1)..leaf.Count].CopyTo(handles[slot..]);
        sizes[(slot + 1)..leaf.Count].CopyTo(sizes[slot..]);
        leaf.Count--;
    }

    /// <summary>The item that holds text unit <paramref name="index"/>, and the unit's place in it; 0 behind the end.</summary>
    public uint Find(long index, out uint offset)
    {
        offset = 0;
        var at = 0;
        while (at < _blocks.Count && index >= _blocks[at].Sum) index -= _blocks[at++].Sum;
        if (at == _blocks.Count) return 0;
        var block = _blocks[at];
        Span<uint> sums = block.Sums;
        at = 0;
        while (index >= sums[at]) index -= sums[at++];
        var leaf = _leaves[block.Leaves[at]];
        Span<uint> sizes = leaf.Sizes;
        at = 0;
        while (index >= sizes[at]) index -= sizes[at++];
        offset = (uint)index;
        return leaf.Handles[at];
    }

    private void AddFirst()
    {
        var block = new Block();
        _blocks.Add(block);
        block.Leaves[0] = (uint)NewLeaf(block).Number;
        block.Count = 1;
    }

    private Leaf NewLeaf(Block block)
    {
        if (_leafCount == _leaves.Length) Array.Resize(ref _leaves, _leafCount * 2);
        return _leaves[_leafCount] = new Leaf { Block = block, Number = _leafCount++ };
    }

    private static int SlotOf(Leaf leaf, uint handle)
    {
        ReadOnlySpan<uint> handles = leaf.Handles;
        return handles[..leaf.Count].IndexOf(handle);
    }

    private static int PlaceOf(Leaf leaf)
    {
        ReadOnlySpan<uint> leaves = leaf.Block.Leaves;
        return leaves[..leaf.Block.Count].IndexOf((uint)leaf.Number);
    }

    private static void Add(Leaf leaf, long change)
    {
        if (change == 0) return;
        leaf.Sum = (uint)(leaf.Sum + change);
        leaf.Block.Sum += change;
        leaf.Block.Sums[PlaceOf(leaf)] = leaf.Sum;
    }

    private void InsertInto(Leaf leaf, int slot, uint handle)
    {
        if (leaf.Count == LeafSize)
        {
            var fresh = SplitLeaf(leaf, slot >= LeafSize ? LeafSize - 1 : LeafSize / 2);
            if (slot > leaf.Count)
            {
                slot = slot == int.MaxValue ? slot : slot - leaf.Count;
                leaf = fresh;
            }
        }
        slot = Math.Min(slot, leaf.Count);
        Span<uint> handles = leaf.Handles;
        Span<uint> sizes = leaf.Sizes;
        handles[slot..leaf.Count].CopyTo(handles[(slot + 1)..]);
        sizes[slot..leaf.Count].CopyTo(sizes[(slot + 1)..]);
        ref var item = ref items[handle];
        handles[slot] = handle;
        sizes[slot] = SizeOf(ref item);
        leaf.Count++;
        item.KeyOrLeaf = leaf.Number;
        Add(leaf, sizes[slot]);
    }

    private Leaf SplitLeaf(Leaf leaf, int keep)
    {
        if (leaf.Block.Count == BlockSize) SplitBlock(leaf.Block);
        var block = leaf.Block;
        var fresh = NewLeaf(block);
        Span<uint> handles = leaf.Handles;
        Span<uint> sizes = leaf.Sizes;
        handles[keep..].CopyTo(fresh.Handles);
        sizes[keep..].CopyTo(fresh.Sizes);
        fresh.Count = LeafSize - keep;
        leaf.Count = keep;
        for (var i = 0; i < fresh.Count; i++)
        {
            items[fresh.Handles[i]].KeyOrLeaf = fresh.Number;
            fresh.Sum += fresh.Sizes[i];
        }
        leaf.Sum -= fresh.Sum;
        var place = PlaceOf(leaf);
        Span<uint> leaves = block.Leaves;
        Span<uint> sums = block.Sums;
        leaves[(place + 1)..block.Count].CopyTo(leaves[(place + 2)..]);
        sums[(place + 1)..block.Count].CopyTo(sums[(place + 2)..]);
        leaves[place + 1] = (uint)fresh.Number;
        sums[place] = leaf.Sum;
        sums[place + 1] = fresh.Sum;
        block.Count++;
        return fresh;
    }

    private void SplitBlock(Block block)
    {
        const int Keep = BlockSize / 2;
        var fresh = new Block { Place = block.Place + 1, Count = BlockSize - Keep };
        for (var i = 0; i < fresh.Count; i++)
        {
            fresh.Leaves[i] = block.Leaves[Keep + i];
            fresh.Sums[i] = block.Sums[Keep + i];
            fresh.Sum += fresh.Sums[i];
            _leaves[fresh.Leaves[i]].Block = fresh;
        }
        block.Count = Keep;
        block.Sum -= fresh.Sum;
        _blocks.Insert(fresh.Place, fresh);
        for (var i = fresh.Place + 1; i < _blocks.Count; i++) _blocks[i].Place = i;
    }
}
