using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>A place in the list of a client's structs.</summary>
internal readonly record struct StructPosition(int Leaf, int Slot);

/// <summary>The structs of one client by clock, without holes: leaves of at most 512 (clock, handle) pairs.</summary>
internal sealed class ClientStructs(long id, int index)
{
    private const int LeafSize = 512;

    private struct Leaf
    {
        public uint[] Clocks;
        public uint[] Handles;
        public int Count;
    }

    private Leaf[] _leaves = [];
    private int _leafCount;
    private uint[] _firsts = [];
    private StructPosition _last;
    private StructPosition _lastRight;

    /// <summary>The id on the wire.</summary>
    public long Id => id;

    /// <summary>The dense index in the document.</summary>
    public int Index => index;

    /// <summary>The next expected clock.</summary>
    public uint State { get; set; }

    public bool IsEmpty => _leafCount == 0;

    public int LeafCount => _leafCount;

    /// <summary>Handles of one leaf, in the order of clocks.</summary>
    public ReadOnlySpan<uint> Handles(int leaf) => _leaves[leaf].Handles.AsSpan(0, _leaves[leaf].Count);

    public StructPosition Last => new(_leafCount - 1, _leaves[_leafCount - 1].Count - 1);

    public uint LastHandle
    {
        get
        {
            if (_leafCount == 0) return 0;
            ref var leaf = ref _leaves[_leafCount - 1];
            return leaf.Handles[leaf.Count - 1];
        }
    }

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get
        {
            long bytes = 96 + (_leaves.Length * 28L);
            for (var i = 0; i < _leafCount; i++) bytes += 8L * _leaves[i].Clocks.Length;
            return bytes;
        }
    }

    public uint HandleAt(StructPosition at) => _leaves[at.Leaf].Handles[at.Slot];

    /// <summary>The struct that contains <paramref name="clock"/>, which must be below <see cref="State"/>.</summary>
    public StructPosition Find(uint clock) => Find(clock, ref _last);

    /// <summary>The same for a right neighbour: these have a memory of their own.</summary>
    public StructPosition FindRight(uint clock) => Find(clock, ref _lastRight);

    private StructPosition Find(uint clock, ref StructPosition hint)
    {
        ref var tail = ref _leaves[_leafCount - 1];
        if (clock >= tail.Clocks[tail.Count - 1]) return new(_leafCount - 1, tail.Count - 1);
        var leafIndex = hint.Leaf;
        if (leafIndex < _leafCount && clock >= _firsts[leafIndex] && (leafIndex + 1 == _leafCount || clock < _firsts[leafIndex + 1]))
        {
            ref var near = ref _leaves[leafIndex];
            if (hint.Slot + 1 < near.Count && clock >= near.Clocks[hint.Slot] && clock < near.Clocks[hint.Slot + 1]) return hint;
        }
        else
        {
            leafIndex = LastAtOrBelow(_firsts.AsSpan(0, _leafCount), clock);
        }
        ref var leaf = ref _leaves[leafIndex];
        return hint = new(leafIndex, LastAtOrBelow(leaf.Clocks.AsSpan(0, leaf.Count), clock));
    }

    // Without branches: which half it is cannot be predicted.
    private static int LastAtOrBelow(ReadOnlySpan<uint> clocks, uint clock)
    {
        ref var first = ref MemoryMarshal.GetReference(clocks);
        var low = 0;
        for (var left = clocks.Length; left > 1;)
        {
            var half = left >> 1;
            var isRight = Unsafe.Add(ref first, low + half) <= clock;
            low += half & -Unsafe.BitCast<bool, byte>(isRight);
            left -= half;
        }
        return low;
    }

    /// <summary>How many structs lie from one place to another, both included.</summary>
    public int CountFrom(StructPosition first, StructPosition last)
    {
        if (first.Leaf == last.Leaf) return last.Slot - first.Slot + 1;
        var count = _leaves[first.Leaf].Count - first.Slot + last.Slot + 1;
        for (var leaf = first.Leaf + 1; leaf < last.Leaf; leaf++) count += _leaves[leaf].Count;
        return count;
    }

    public bool TryNext(StructPosition at, out StructPosition next)
    {
        if (at.Slot + 1 < _leaves[at.Leaf].Count) next = new(at.Leaf, at.Slot + 1);
        else if (at.Leaf + 1 < _leafCount) next = new(at.Leaf + 1, 0);
        else
        {
            next = default;
            return false;
        }
        return true;
    }

    public bool TryPrevious(StructPosition at, out StructPosition previous)
    {
        if (at.Slot > 0) previous = new(at.Leaf, at.Slot - 1);
        else if (at.Leaf > 0) previous = new(at.Leaf - 1, _leaves[at.Leaf - 1].Count - 1);
        else
        {
            previous = default;
            return false;
        }
        return true;
    }

    /// <summary>Adds at the end; the caller advances <see cref="State"/>.</summary>
    public void Append(uint clock, uint handle)
    {
        if (_leafCount == 0 || _leaves[_leafCount - 1].Count == LeafSize) AddLeaf(_leafCount, _leafCount == 0 ? 4 : LeafSize);
        ref var leaf = ref _leaves[_leafCount - 1];
        Reserve(ref leaf);
        if (leaf.Count == 0) _firsts[_leafCount - 1] = clock;
        leaf.Clocks[leaf.Count] = clock;
        leaf.Handles[leaf.Count++] = handle;
    }

    /// <summary>Inserts behind <paramref name="at"/>.</summary>
    public void InsertAfter(StructPosition at, uint clock, uint handle)
    {
        var slot = at.Slot + 1;
        var leafIndex = at.Leaf;
        if (_leaves[leafIndex].Count == LeafSize)
        {
            AddLeaf(leafIndex + 1, LeafSize);
            ref var full = ref _leaves[leafIndex];
            ref var fresh = ref _leaves[leafIndex + 1];
            const int Half = LeafSize / 2;
            full.Clocks.AsSpan(Half).CopyTo(fresh.Clocks);
            full.Handles.AsSpan(Half).CopyTo(fresh.Handles);
            fresh.Count = LeafSize - Half;
            full.Count = Half;
            _firsts[leafIndex + 1] = fresh.Clocks[0];
            if (slot > Half)
            {
                leafIndex++;
                slot -= Half;
            }
        }
        ref var leaf = ref _leaves[leafIndex];
        Reserve(ref leaf);
        leaf.Clocks.AsSpan(slot, leaf.Count - slot).CopyTo(leaf.Clocks.AsSpan(slot + 1));
        leaf.Handles.AsSpan(slot, leaf.Count - slot).CopyTo(leaf.Handles.AsSpan(slot + 1));
        leaf.Clocks[slot] = clock;
        leaf.Handles[slot] = handle;
        leaf.Count++;
    }

    public void RemoveAt(StructPosition at)
    {
        ref var leaf = ref _leaves[at.Leaf];
        leaf.Clocks.AsSpan(at.Slot + 1, leaf.Count - at.Slot - 1).CopyTo(leaf.Clocks.AsSpan(at.Slot));
        leaf.Handles.AsSpan(at.Slot + 1, leaf.Count - at.Slot - 1).CopyTo(leaf.Handles.AsSpan(at.Slot));
        if (--leaf.Count > 0)
        {
            _firsts[at.Leaf] = leaf.Clocks[0];
            return;
        }
        _firsts.AsSpan(at.Leaf + 1, _leafCount - at.Leaf - 1).CopyTo(_firsts.AsSpan(at.Leaf));
        _leaves.AsSpan(at.Leaf + 1, _leafCount - at.Leaf - 1).CopyTo(_leaves.AsSpan(at.Leaf));
        _leaves[--_leafCount] = default;
    }

    private void AddLeaf(int at, int capacity)
    {
        if (_leafCount == _leaves.Length)
        {
            Array.Resize(ref _leaves, Math.Max(1, _leaves.Length * 2));
            Array.Resize(ref _firsts, _leaves.Length);
        }
        _firsts.AsSpan(at, _leafCount - at).CopyTo(_firsts.AsSpan(at + 1));
        _leaves.AsSpan(at, _leafCount - at).CopyTo(_leaves.AsSpan(at + 1));
        _leaves[at] = new Leaf { Clocks = new uint[capacity], Handles = new uint[capacity] };
        _leafCount++;
    }

    private static void Reserve(ref Leaf leaf)
    {
        if (leaf.Count < leaf.Clocks.Length) return;
        Array.Resize(ref leaf.Clocks, Math.Min(LeafSize, leaf.Clocks.Length * 2));
        Array.Resize(ref leaf.Handles, leaf.Clocks.Length);
    }
}
