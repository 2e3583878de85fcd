using System.Text.Json;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>
/// Rebuilds the roster from an operators' stream and holds it, step by step, against all rosters that there have been: a step goes on to the
/// next of them, a snapshot to any later one. No two of them may be alike.
/// </summary>
internal sealed class RosterReplay
{
    private readonly HashSet<Guid> _here = [];
    private long _seq;

    /// <summary>How many of the rosters have been reached; the first is the empty one.</summary>
    public int Reached { get; private set; }

    /// <summary>Snapshots after the first.</summary>
    public int LaterSnapshots { get; private set; }

    /// <summary>Takes an item of the stream; answers what is wrong with it, or null.</summary>
    /// <param name="step">As it came.</param>
    /// <param name="rosters">All rosters so far, in order.</param>
    public string? Take(JsonElement step, IReadOnlyList<HashSet<Guid>> rosters)
    {
        if (step.GetProperty("seq").GetInt64() is var seq && seq != ++_seq) return $"number {seq} instead of {_seq}";
        var people = step.GetProperty("participants").EnumerateArray().Select(person => person.GetProperty("userId").GetGuid());
        var kind = step.GetProperty("kind").GetString();
        if (kind == "snapshot") return Replace(people, rosters);
        if (kind == "left") _here.ExceptWith(people);
        else _here.UnionWith(people);
        Reached++;
        return Reached < rosters.Count && rosters[Reached].SetEquals(_here) ? null : $"after {kind} {seq} not roster {Reached}";
    }

    private string? Replace(IEnumerable<Guid> people, IReadOnlyList<HashSet<Guid>> rosters)
    {
        _here.Clear();
        _here.UnionWith(people);
        if (_seq > 1) LaterSnapshots++;
        for (var i = Reached; i < rosters.Count; i++)
        {
            if (!rosters[i].SetEquals(_here)) continue;
            Reached = i;
            return null;
        }
        return $"snapshot {_seq} is no roster from {Reached} on";
    }
}
