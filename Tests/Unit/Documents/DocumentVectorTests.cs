using System.Globalization;
using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Every document vector: all delivery orders, with and without garbage collection.</summary>
[Trait("Category", "Vectors")]
public class DocumentVectorTests
{
    public static TheoryData<string> Files => Vectors.Files("documents");

    [Theory]
    [MemberData(nameof(Files))]
    public void All_delivery_orders_lead_to_the_expected_state(string file) =>
        Vectors.ForEach(file, "vectors", Orders);

    [Theory]
    [MemberData(nameof(Files))]
    public void Stored_states_load_and_differences_are_complete(string file) =>
        Vectors.ForEach(file, "vectors", StatesAndDifferences);

    [Theory]
    [MemberData(nameof(Files))]
    public void Merges_cuts_and_snapshots_are_as_recorded(string file) =>
        Vectors.ForEach(file, "vectors", MergesCutsAndSnapshots);

    private static void Orders(JsonElement vector)
    {
        var updates = vector.Base64List("updates");
        var expected = vector.GetProperty("expect");
        foreach (var order in vector.GetProperty("orders").EnumerateArray())
        {
            foreach (var gc in new[] { true, false })
            {
                using var document = new YDocument(new DocumentOptions { GarbageCollect = gc });
                foreach (var index in order.EnumerateArray())
                {
                    var result = document.Apply(updates[index.GetInt32()]);
                    Assert.Equal(DecodeError.None, result.Error);
                }
                var at = $"order {order.GetRawText()[..Math.Min(60, order.GetRawText().Length)]} gc {gc}";
                Expect(document, expected, at);
                Vectors.Same(expected.GetProperty(gc ? "gc" : "noGc").GetProperty("normal").GetString()!, Vectors.Normal(document.EncodeStateAsUpdate()), $"normal form, {at}");
            }
        }
    }

    private static void Expect(YDocument document, JsonElement expected, string at)
    {
        ExpectedRoot.CheckAll(document, expected.GetProperty("roots"), at);
        foreach (var clock in expected.GetProperty("clocks").EnumerateObject())
            Assert.Equal(clock.Value.GetInt64(), document.State(long.Parse(clock.Name, CultureInfo.InvariantCulture)));
        Assert.Equal(expected.GetProperty("pending").GetBoolean(), document.HasPending);
        Vectors.Same(expected.GetProperty("stateVector").GetString()!, Convert.ToBase64String(document.EncodeStateVector()), $"state vector, {at}");
    }

    private static void StatesAndDifferences(JsonElement vector)
    {
        var expected = vector.GetProperty("expect");
        foreach (var gc in new[] { true, false })
        {
            var side = expected.GetProperty(gc ? "gc" : "noGc");
            using var loaded = new YDocument(new DocumentOptions { GarbageCollect = gc });
            Assert.True(loaded.Apply(side.Base64("state")).Ok);
            if (!expected.GetProperty("pending").GetBoolean()) ExpectedRoot.CheckAll(loaded, expected.GetProperty("roots"), $"loaded, gc {gc}");
            Assert.False(loaded.Apply(side.Base64("state")).Changed);
            Vectors.Same(side.GetProperty("normal").GetString()!, Vectors.Normal(loaded.EncodeStateAsUpdate()), $"loaded, gc {gc}");
            if (gc) continue;
            foreach (var diff in side.GetProperty("diffs").EnumerateArray())
            {
                using var writer = new Lib0Writer();
                Assert.True(loaded.TryEncodeDiff(diff.Base64("stateVector"), writer, out _));
                Vectors.Same(diff.GetProperty("normal").GetString()!, Vectors.Normal(writer.ToArray()), $"diff {diff.GetProperty("stateVector")}");
            }
        }
    }

    private static void MergesCutsAndSnapshots(JsonElement vector)
    {
        var updates = vector.Base64List("updates");
        if (vector.TryGetProperty("merge", out var merge))
        {
            var some = merge.GetProperty("indices").EnumerateArray().Select(i => (ReadOnlyMemory<byte>)updates[i.GetInt32()]).ToList();
            var merged = Updates.Merge(some);
            Vectors.Same(merge.GetProperty("normal").GetString()!, Convert.ToBase64String(merged), "merged");
            Vectors.Same(merge.GetProperty("normal").GetString()!, Vectors.Normal(merge.Base64("merged")), "merged by yjs");
            Vectors.Same(merge.GetProperty("stateVectorOfMerged").GetString()!, Convert.ToBase64String(Updates.StateVectorOf(merged).Encode()), "state vector of merged");
            Vectors.Same(merge.GetProperty("allNormal").GetString()!, Convert.ToBase64String(Updates.Merge(updates.Select(u => (ReadOnlyMemory<byte>)u).ToList())), "all merged");
        }
        if (vector.TryGetProperty("cuts", out var cuts))
        {
            foreach (var cut in cuts.EnumerateArray())
            {
                Assert.True(StateVector.TryDecode(cut.Base64("stateVector"), out var since, out _));
                Vectors.Same(Vectors.Normal(cut.Base64("update")), Vectors.Normal(Updates.Diff(updates[0], since)), "cut");
                using var document = new YDocument();
                document.Apply(updates[0]);
                using var writer = new Lib0Writer();
                Assert.True(document.TryEncodeDiff(cut.Base64("stateVector"), writer, out _));
                Vectors.Same(Vectors.Normal(cut.Base64("fromDoc")), Vectors.Normal(writer.ToArray()), "cut from a document");
            }
        }
        if (vector.TryGetProperty("snapshots", out var snapshots)) Snapshots(updates, snapshots);
    }

    private static void Snapshots(List<byte[]> updates, JsonElement snapshots)
    {
        using var document = new YDocument(new DocumentOptions { GarbageCollect = false });
        var applied = 0;
        foreach (var snapshot in snapshots.EnumerateArray())
        {
            for (; applied < snapshot.GetProperty("afterUpdates").GetInt32(); applied++) document.Apply(updates[applied]);
            Vectors.Same(snapshot.GetProperty("snapshot").GetString()!, Convert.ToBase64String(document.EncodeSnapshot()), $"snapshot after {applied}");
        }
        for (; applied < updates.Count; applied++) document.Apply(updates[applied]);
        var before = Vectors.Normal(document.EncodeStateAsUpdate());
        foreach (var snapshot in snapshots.EnumerateArray())
        {
            using var restored = document.Restore(snapshot.Base64("snapshot"), out var error);
            Assert.Equal(DecodeError.None, error);
            ExpectedRoot.CheckAll(restored!, snapshot.GetProperty("roots"), $"restored {snapshot.GetProperty("afterUpdates")}");
        }
        Assert.Equal(before, Vectors.Normal(document.EncodeStateAsUpdate()));
    }
}
