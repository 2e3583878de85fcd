namespace CollabHub.Domain.Documents.Engine;

/// <summary>Deleted ranges of many clients, gathered in any order and written sorted and joined.</summary>
internal sealed class DeleteSet
{
    private readonly List<(long Client, uint Start, uint End)> _ranges = [];

    /// <summary>Adds a validated delete set.</summary>
    public void Read(ref Lib0Reader reader)
    {
        for (var clients = reader.ReadVarUint(); clients > 0; clients--)
        {
            var client = reader.ReadVarUint();
            for (var ranges = reader.ReadVarUint(); ranges > 0; ranges--)
            {
                var start = (uint)reader.ReadVarUint();
                Add(client, start, start + (uint)reader.ReadVarUint());
            }
        }
    }

    public void Add(long client, uint start, uint end)
    {
        if (_ranges.Count > 0)
        {
            var last = _ranges[^1];
            if (last.Client == client && last.End >= start && last.Start <= start)
            {
                _ranges[^1] = (client, last.Start, Math.Max(last.End, end));
                return;
            }
        }
        _ranges.Add((client, start, end));
    }

    /// <summary>Sorts and joins; clients descending.</summary>
    public List<(long Client, uint Start, uint End)> Normalize()
    {
        _ranges.Sort(static (a, b) => a.Client != b.Client ? b.Client.CompareTo(a.Client) : a.Start.CompareTo(b.Start));
        var kept = 0;
        for (var i = 0; i < _ranges.Count; i++)
        {
            var range = _ranges[i];
            if (kept > 0 && _ranges[kept - 1] is var last && last.Client == range.Client && last.End >= range.Start)
                _ranges[kept - 1] = (last.Client, last.Start, Math.Max(last.End, range.End));
            else
                _ranges[kept++] = range;
        }
        _ranges.RemoveRange(kept, _ranges.Count - kept);
        return _ranges;
    }

    public void Write(Lib0Writer to)
    {
        var ranges = Normalize();
        var clients = 0;
        for (var i = 0; i < ranges.Count; i++)
            if (i == 0 || ranges[i].Client != ranges[i - 1].Client) clients++;
        to.WriteVarUint(clients);
        for (var i = 0; i < ranges.Count;)
        {
            var end = i;
            while (end < ranges.Count && ranges[end].Client == ranges[i].Client) end++;
            to.WriteVarUint(ranges[i].Client);
            to.WriteVarUint(end - i);
            for (; i < end; i++)
            {
                to.WriteVarUint(ranges[i].Start);
                to.WriteVarUint(ranges[i].End - ranges[i].Start);
            }
        }
    }
}
