using System.Text.Json;
using CollabHub.Domain.Documents;
using CollabHub.Tests.Unit.Documents;

namespace CollabHub.Tests.Randomized.Documents;

/// <summary>
/// 2 to 6 replicas, half Yjs and half ours, edit at random; updates arrive shuffled, twice, merged with gaps or not at all; then
/// state vectors bring everyone up to date and all must hold the same. Two more, one of each, get the same bytes in the same
/// order throughout and must agree to the byte, also where a surrogate pair was cut.
/// </summary>
internal sealed class Session(Oracle oracle, int seed)
{
    private static readonly string[] Profiles = ["text", "rich", "map", "array", "xml", "mixed"];

    private readonly Random _random = new(seed);
    private readonly List<Replica> _replicas = [];
    private readonly List<byte[]> _mirrorInbox = [];
    private Replica _yjsMirror = null!;
    private Replica _ourMirror = null!;

    /// <summary>Transactions made.</summary>
    public int Operations { get; private set; }

    public void Run(int rounds, int most)
    {
        var profile = Profiles[_random.Next(Profiles.Length)];
        var cutPairs = profile is "text" or "rich" && _random.Next(3) == 0;
        Arrange();
        for (var round = 0; round < rounds; round++)
        {
            EditSomewhere(profile, cutPairs, most);
            for (var deliveries = _random.Next(4); deliveries > 0; deliveries--) Deliver(_replicas[_random.Next(_replicas.Count)]);
            if (_random.Next(3) == 0) DeliverToMirrors();
        }
        Rest();
        Compare(cutPairs);
        foreach (var ours in _replicas.Append(_ourMirror).OfType<OurReplica>()) ours.Dispose();
    }

    private void Arrange()
    {
        var count = _random.Next(2, 7);
        var gc = Enumerable.Range(0, count).Select(_ => _random.Next(4) > 0).ToList();
        var ids = Enumerable.Range(0, count + 2).Select(i => (_random.NextInt64(1L << 32) * 8) + i).ToList();
        var yjs = Enumerable.Range(0, count).Where(i => i % 2 == 0).ToList();
        oracle.New([.. yjs.Select(i => (ids[i], gc[i])), (ids[count], true)]);
        for (var i = 0; i < count; i++) _replicas.Add(i % 2 == 0 ? new YjsReplica(oracle, i / 2, gc[i]) : new OurReplica(ids[i], gc[i]));
        _yjsMirror = new YjsReplica(oracle, yjs.Count, gc: true);
        _ourMirror = new OurReplica(ids[count + 1], gc: true);
    }

    private void EditSomewhere(string profile, bool cutPairs, int most)
    {
        var author = _replicas[_random.Next(_replicas.Count)];
        var count = _random.Next(1, most + 1);
        Operations += count;
        foreach (var update in author.Edit(_random, count, profile, cutPairs))
        {
            foreach (var other in _replicas)
                if (other != author) other.Inbox.Add(update);
            _mirrorInbox.Add(update);
        }
    }

    private void Deliver(Replica to)
    {
        to.Apply(Draw(to.Inbox));
    }

    private void DeliverToMirrors()
    {
        var updates = Draw(_mirrorInbox);
        _yjsMirror.Apply(updates);
        _ourMirror.Apply(updates);
    }

    /// <summary>Takes some updates out of an inbox, in any order, some twice, some lost, some merged.</summary>
    private List<byte[]> Draw(List<byte[]> inbox)
    {
        var drawn = new List<byte[]>();
        var disorder = _random.Next(3);
        for (var count = _random.Next(inbox.Count + 1); count > 0; count--)
        {
            var at = disorder == 0 ? 0 : _random.Next(Math.Min(inbox.Count, disorder == 1 ? 4 : inbox.Count));
            var update = inbox[at];
            if (_random.Next(12) != 0) inbox.RemoveAt(at);
            if (_random.Next(15) != 0) drawn.Add(update);
        }
        if (drawn.Count > 1 && _random.Next(3) == 0)
        {
            var from = _random.Next(drawn.Count - 1);
            var some = drawn.GetRange(from, _random.Next(1, drawn.Count - from) + 1);
            drawn.RemoveRange(from, some.Count);
            drawn.Insert(from, _random.Next(2) == 0 ? oracle.Merge(some) : Updates.Merge([.. some.Select(u => (ReadOnlyMemory<byte>)u)]));
        }
        return drawn;
    }

    private void Rest()
    {
        var first = _replicas[0];
        foreach (var other in _replicas.Skip(1)) first.Apply([other.Diff(first.Vector())]);
        foreach (var other in _replicas.Skip(1)) other.Apply([first.Diff(other.Vector())]);
        var rest = first.Diff(_ourMirror.Vector());
        _yjsMirror.Apply([rest]);
        _ourMirror.Apply([rest]);
    }

    private void Compare(bool cutPairs)
    {
        var mirror = _yjsMirror.State();
        Same(mirror, _ourMirror.State(), normalForms: true, "our mirror");
        var states = _replicas.Select(r => r.State()).ToList();
        // A Yjs replica keeps deleted content that its undo manager may bring back; the rest collects the same.
        var collected = _ourMirror.State();
        for (var i = 0; i < states.Count; i++)
        {
            Assert.False(states[i].GetProperty("pending").GetBoolean());
            if (cutPairs) Assert.Equal(states[0].GetProperty("vector").GetString(), states[i].GetProperty("vector").GetString());
            else Same(collected, states[i], _replicas[i] is OurReplica { Gc: true }, $"replica {i}");
            if (_replicas[i] is OurReplica) Same(states[i], oracle.Load(states[i].GetProperty("update").GetBytesFromBase64()), normalForms: false, $"loaded from {i}");
        }
    }

    private static void Same(JsonElement expected, JsonElement actual, bool normalForms, string what)
    {
        Vectors.Same(expected.GetProperty("vector").GetString()!, actual.GetProperty("vector").GetString()!, $"{what}, vector");
        foreach (var part in new[] { "text", "length", "delta", "map", "array", "xml" }) ExpectedRoot.SameJson(expected.GetProperty(part), actual.GetProperty(part), $"{what}, {part}");
        if (normalForms) Vectors.Same(Vectors.Normal(expected.GetProperty("update").GetBytesFromBase64()), Vectors.Normal(actual.GetProperty("update").GetBytesFromBase64()), $"{what}, normal form");
    }
}
