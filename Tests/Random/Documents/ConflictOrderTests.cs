using CollabHub.Domain.Documents;
using CollabHub.Tests.Unit.Documents;
using Xunit.Abstractions;

namespace CollabHub.Tests.Randomized.Documents;

/// <summary>Thousands of items at few places: the index places each where the scan of the algorithm does, and where Yjs does.</summary>
[Trait("Category", "Fuzz")]
public class ConflictOrderTests(ITestOutputHelper output)
{
    private const int Sessions = 120;

    [Fact]
    public void The_index_places_items_as_the_scan_does()
    {
        long scanned = 0, indexed = 0;
        for (var seed = 1; seed <= Sessions; seed++)
        {
            using var plain = new YDocument { IndexConflictsAbove = uint.MaxValue };
            using var fast = new YDocument { IndexConflictsAbove = (uint)(seed % 8) };
            var done = 0;
            foreach (var update in new ConflictingItems(seed).Take(100 + (seed * 20)))
            {
                plain.Apply(update);
                fast.Apply(update);
                if (++done % 64 == 0 && plain.GetText("t") != fast.GetText("t")) Assert.Fail($"Seed {seed}, update {done}.");
            }
            Assert.Equal(plain.EncodeStateAsUpdate(), fast.EncodeStateAsUpdate());
            Assert.Equal(plain.GetText("t"), fast.GetText("t"));
            scanned += plain.ConflictSteps;
            indexed += fast.ConflictSteps;
            // Hostile items may stand elsewhere after loading, in Yjs as well, but not here or there.
            using var scannedAgain = new YDocument { IndexConflictsAbove = uint.MaxValue };
            using var indexedAgain = new YDocument { IndexConflictsAbove = 0 };
            scannedAgain.Apply(plain.EncodeStateAsUpdate());
            indexedAgain.Apply(plain.EncodeStateAsUpdate());
            Assert.Equal(scannedAgain.GetText("t"), indexedAgain.GetText("t"));
        }
        output.WriteLine($"{Sessions} sessions, {scanned:N0} items passed by the scan, {indexed:N0} steps with the index");
        Assert.True(indexed < scanned, $"{indexed:N0} steps with the index, {scanned:N0} without");
    }

    [Fact]
    public void Yjs_places_them_there_too()
    {
        using var oracle = new Oracle();
        for (var seed = 1001; seed <= 1012; seed++)
        {
            oracle.New([(900_000, true)]);
            var updates = new ConflictingItems(seed, backwards: false).Take(600).ToList();
            using var ours = new YDocument { IndexConflictsAbove = 0 };
            foreach (var update in updates) ours.Apply(update);
            oracle.Apply(0, updates);
            var theirs = oracle.State(0);
            Assert.Equal(theirs.GetProperty("text").GetString(), ours.GetText("t"));
            ExpectedRoot.SameJson(theirs.GetProperty("map"), ExpectedRoot.Json(w => ours.WriteJson("m", RootKind.Map, w)), $"seed {seed}, map");
            Vectors.Same(Vectors.Normal(theirs.GetProperty("update").GetBytesFromBase64()), Vectors.Normal(ours.EncodeStateAsUpdate()), $"seed {seed}, normal form");
        }
    }
}
