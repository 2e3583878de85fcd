using System.Globalization;
using CollabHub.Domain.Documents;
using CollabHub.Tests.Unit.Documents;
using Xunit.Abstractions;

namespace CollabHub.Tests.Randomized.Documents;

/// <summary>
/// Real updates, mutated; a mutant that behaves in a way not seen before joins the ones that are mutated on. What once failed is a
/// file in Seeds, named by what it did.
/// </summary>
/// <remarks>COLLABHUB_FUZZ_MINUTES runs longer, COLLABHUB_FUZZ_SEED starts elsewhere.</remarks>
[Trait("Category", "Fuzz")]
public class MutationFuzzTests(ITestOutputHelper output)
{
    private const int WantedMutants = 300_000;

    private static readonly string[] Sources = ["fuzz-mixed.json", "fuzz-rich.json", "documents-types.json", "documents-delivery.json"];

    [Fact]
    public void No_mutant_breaks_a_document()
    {
        var seed = Number("COLLABHUB_FUZZ_SEED", 1);
        var minutes = Number("COLLABHUB_FUZZ_MINUTES", 0);
        var random = new System.Random(seed);
        var corpus = Sources
            .SelectMany(Vectors.Sessions).SelectMany(s => s.Take(6)).Where(u => u.Length < 400).ToList();
        var start = corpus.Count;
        var seen = new HashSet<int>();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var mutants = 0;
        for (; mutants < WantedMutants || clock.Elapsed.TotalMinutes < minutes; mutants++)
        {
            var mutant = Mutate(random, corpus);
            if (seen.Add(Run(mutant, corpus[random.Next(start)], mutants)) && corpus.Count < 20_000) corpus.Add(mutant);
        }
        output.WriteLine($"{mutants:N0} mutants, seed {seed}, {seen.Count:N0} kinds of behaviour, {clock.Elapsed.TotalSeconds:F0} s");
        Assert.True(seen.Count > 100);
    }

    public static TheoryData<string> Seeds =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Random", "Documents", "Seeds"), "*.hex").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_failed_once_does_no_harm(string file)
    {
        // One line: the update; two: what came before it, and the update.
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Random", "Documents", "Seeds", file));
        Run(Convert.FromHexString(lines[^1]), lines.Length > 1 ? Convert.FromHexString(lines[0]) : [0, 0], mutant: 0);
    }

    /// <summary>Applies, compares, applies once more; returns what it looked like.</summary>
    private static int Run(byte[] update, byte[] before, int mutant)
    {
        try
        {
            using var document = new YDocument(new DocumentOptions { GarbageCollect = mutant % 2 == 0 });
            document.Apply(before);
            var state = document.EncodeStateAsUpdate();
            var result = document.Apply(update);
            var encoded = document.EncodeStateAsUpdate();
            if (!result.Ok)
            {
                Assert.Equal(state, encoded);
                return HashCode.Combine(result.Error, update.Length / 16);
            }
            Assert.False(document.Apply(update).Changed);
            using var copy = new YDocument();
            Assert.True(copy.Apply(encoded).Ok);
            Assert.Equal(document.EncodeStateVector(), copy.EncodeStateVector());
            Assert.Equal(document.GetText("t"), copy.GetText("t"));
            Assert.Equal(document.HasPending, copy.HasPending);
            ExpectedRoot.SameJson(ExpectedRoot.Json(w => document.WriteDelta("t", w)), ExpectedRoot.Json(w => copy.WriteDelta("t", w)), "delta");
            ExpectedRoot.SameJson(ExpectedRoot.Json(w => document.WriteJson("m", RootKind.Map, w)), ExpectedRoot.Json(w => copy.WriteJson("m", RootKind.Map, w)), "map");
            Assert.Equal(document.GetXml("x"), copy.GetXml("x"));
            return HashCode.Combine(document.ItemCount, document.HasPending, document.TextLength("t") / 4, result.Changed);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Mutant {Convert.ToHexString(update)} after {Convert.ToHexString(before)}: {failure.Message}", failure);
        }
    }

    private static byte[] Mutate(System.Random random, List<byte[]> corpus)
    {
        var bytes = corpus[random.Next(corpus.Count)].ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] += (byte)random.Next(-2, 3); break;
                case 3: bytes.RemoveAt(at); break;
                case 4: bytes.Insert(at, (byte)random.Next(random.Next(2) == 0 ? 12 : 256)); break;
                default:
                    var other = corpus[random.Next(corpus.Count)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, random.Next(1, 30))));
                    break;
            }
        }
        return [.. bytes];
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
