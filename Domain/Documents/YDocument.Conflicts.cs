using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Which of several concurrent items comes first: by passing them with a stamp for both sets, or with an index where they are many.</content>
public sealed partial class YDocument
{
    /// <summary>In which order conflict resolution last passed each item; only as long as conflicts have needed it.</summary>
    private uint[] _stamps = [];
    private uint _stamp;
    private ConflictIndex? _conflicts;
    private long _passed;
    private long _debt;

    /// <summary>Lists in which more items than this were passed for one get an index, once that costs no more than what was passed.</summary>
    internal uint IndexConflictsAbove { get; init; } = 64;

    /// <summary>Items and nodes looked at to resolve conflicts, since the document exists.</summary>
    internal long ConflictSteps => _passed + (_conflicts?.Steps ?? 0);

    /// <summary>Moves <see cref="Placement.Left"/> right over concurrent items that come first: docs/algorithm.md, section 3.2.</summary>
    private void ResolveConflict(ref Placement place, long clientId)
    {
        if (place.Left != 0 ? _items[place.Left].Right == place.Right : place.Right != 0 && _items[place.Right].Left == 0) return;
        var first = place.Left != 0 ? place.Left : FirstOf(place.Parent, place.Key);
        if (_conflicts is not null && _conflicts.Has(first))
        {
            var origins = new Item { OriginClient = place.OriginClient, OriginClock = place.OriginClock, RightClient = place.RightClient, RightClock = place.RightClock };
            place.Left = _conflicts.FindLeft(place.Left, place.Right, first, origins, clientId);
            return;
        }
        var passed = Scan(ref place, clientId);
        _passed += passed;
        if (passed <= IndexConflictsAbove || (_debt += passed) < _items.Count / 8) return;
        _debt = 0;
        (_conflicts ??= new ConflictIndex(_items, _clients)).Build(FirstOf(place.Parent, place.Key));
    }

    /// <summary>Passes candidates one by one; returns how many.</summary>
    private uint Scan(ref Placement place, long clientId)
    {
        PrepareStamps();
        var start = _stamp;
        var moved = _stamp;
        var candidate = place.Left != 0 ? _items[place.Left].Right : FirstOf(place.Parent, place.Key);
        while (candidate != 0 && candidate != place.Right)
        {
            ref var other = ref _items[candidate];
            _stamps[candidate] = ++_stamp;
            if (other.OriginClient == place.OriginClient && (other.OriginClient < 0 || other.OriginClock == place.OriginClock))
            {
                if (_clients.IdOf(other.Client) < clientId)
                {
                    place.Left = candidate;
                    moved = _stamp;
                }
                else if (other.RightClient == place.RightClient && (other.RightClient < 0 || other.RightClock == place.RightClock))
                {
                    break;
                }
            }
            else
            {
                if (other.OriginClient < 0) break;
                var stamp = StampOfOrigin(ref other);
                if (stamp <= start) break;
                if (stamp <= moved)
                {
                    place.Left = candidate;
                    moved = _stamp;
                }
            }
            candidate = other.Right;
        }
        return _stamp - start;
    }

    // Mostly an item hangs on its left neighbour: no search then.
    private uint StampOfOrigin(ref Item item)
    {
        if (item.Left != 0)
        {
            ref var left = ref _items[item.Left];
            if (left.Client == item.OriginClient && item.OriginClock - left.Clock < left.Length) return _stamps[item.Left];
        }
        return _stamps[Find(item.OriginClient, item.OriginClock)];
    }

    private void PrepareStamps()
    {
        if (_stamps.Length < _items.HandleLimit) Array.Resize(ref _stamps, (int)Math.Max(_items.HandleLimit, (uint)Math.Min(_stamps.Length * 2L, 1 << 30)));
        if (_stamp <= uint.MaxValue - (uint)_items.Count - 2) return;
        Array.Clear(_stamps);
        _stamp = 0;
    }
}
