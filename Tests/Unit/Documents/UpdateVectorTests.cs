using System.Globalization;
using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Work on encoded updates without a document.</summary>
[Trait("Category", "Vectors")]
public class UpdateVectorTests
{
    public static TheoryData<string> Files => Vectors.Files("updates");

    [Theory]
    [MemberData(nameof(Files))]
    public void Merging_and_cutting_updates_gives_the_recorded_results(string file) => Vectors.ForEach(file, "cases", MergeAndCut);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_document_knows_what_it_contains(string file) => Vectors.ForEach(file, "cases", Contains);

    private static void MergeAndCut(JsonElement one)
    {
        var inputs = one.Base64List("inputs").Select(u => (ReadOnlyMemory<byte>)u).ToList();
        var merged = Updates.Merge(inputs);
        Vectors.Same(one.GetProperty("mergedNormal").GetString()!, Convert.ToBase64String(merged), "merged");
        Vectors.Same(one.GetProperty("stateVectorOfMerged").GetString()!, Convert.ToBase64String(Updates.StateVectorOf(one.Base64("merged")).Encode()), "state vector");
        var ranges = Updates.Ranges(one.Base64("merged"));
        Clocks(one.GetProperty("from"), ranges.ToDictionary(r => r.Key, r => r.Value.First));
        Clocks(one.GetProperty("to"), ranges.ToDictionary(r => r.Key, r => r.Value.End));
        foreach (var diff in one.GetProperty("diffs").EnumerateArray())
        {
            Assert.True(StateVector.TryDecode(diff.Base64("stateVector"), out var since, out _));
            Vectors.Same(diff.GetProperty("ofFullNormal").GetString()!, Vectors.Normal(Updates.Diff(one.Base64("full"), since)), "diff of full");
            Vectors.Same(diff.GetProperty("ofMergedNormal").GetString()!, Vectors.Normal(Updates.Diff(one.Base64("merged"), since)), "diff of merged");
        }
    }

    private static void Clocks(JsonElement expected, Dictionary<long, long> actual)
    {
        Assert.Equal(expected.EnumerateObject().Count(), actual.Count);
        foreach (var clock in expected.EnumerateObject()) Assert.Equal(clock.Value.GetInt64(), actual[long.Parse(clock.Name, CultureInfo.InvariantCulture)]);
    }

    private static void Contains(JsonElement one)
    {
        if (!one.TryGetProperty("contains", out var cases)) return;
        foreach (var check in cases.ValueKind == JsonValueKind.Array ? cases.EnumerateArray().ToList() : [cases])
        {
            using var document = new YDocument(new DocumentOptions { GarbageCollect = false });
            Assert.True(document.Apply(check.Base64("state")).Ok);
            Assert.Equal(check.GetProperty("contains").GetBoolean(), document.Contains(check.Base64("update")));
        }
    }
}
