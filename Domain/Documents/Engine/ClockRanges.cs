namespace CollabHub.Domain.Documents.Engine;

/// <summary>A set of clocks of one client: sorted ranges [start, end) that neither overlap nor touch.</summary>
internal sealed class ClockRanges
{
    private List<(uint Start, uint End)> _ranges = [];

    public int Count => _ranges.Count;

    public (uint Start, uint End) this[int index] => _ranges[index];

    /// <summary>Adds ranges in any order. True when something was not in the set before.</summary>
    public bool Union(List<(uint Start, uint End)> added)
    {
        var news = false;
        foreach (var (start, end) in added)
        {
            news = !Contains(start, end);
            if (news) break;
        }
        if (!news) return false;
        added.Sort();
        var union = new List<(uint Start, uint End)>(_ranges.Count + added.Count);
        int a = 0, b = 0;
        while (a < _ranges.Count || b < added.Count)
        {
            var next = b == added.Count || (a < _ranges.Count && _ranges[a].Start <= added[b].Start) ? _ranges[a++] : added[b++];
            if (union.Count > 0 && union[^1].End >= next.Start) union[^1] = (union[^1].Start, Math.Max(union[^1].End, next.End));
            else union.Add(next);
        }
        _ranges = union;
        return true;
    }

    /// <summary>Whether all of [start, end) is in the set.</summary>
    public bool Contains(uint start, uint end)
    {
        var at = IndexAtOrBefore(start);
        return at >= 0 && _ranges[at].End >= end;
    }

    /// <summary>Index of the last range that starts at or before <paramref name="clock"/>, or -1.</summary>
    public int IndexAtOrBefore(uint clock)
    {
        int low = -1, high = _ranges.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >> 1;
            if (_ranges[middle].Start <= clock) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// <summary>Takes away everything below <paramref name="clock"/> and returns it.</summary>
    public List<(uint Start, uint End)> TakeBelow(uint clock)
    {
        var taken = new List<(uint Start, uint End)>();
        var whole = 0;
        while (whole < _ranges.Count && _ranges[whole].End <= clock) taken.Add(_ranges[whole++]);
        _ranges.RemoveRange(0, whole);
        if (_ranges.Count > 0 && _ranges[0].Start < clock)
        {
            taken.Add((_ranges[0].Start, clock));
            _ranges[0] = (clock, _ranges[0].End);
        }
        return taken;
    }
}
