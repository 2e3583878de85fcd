using System.Globalization;
using System.Text;
using CollabHub.Domain.Documents;

namespace CollabHub.Bench.Engine;

/// <summary>What all sides of the comparison are given, in memory and as files for the peers.</summary>
internal sealed class BenchInput
{
    private const int SmallUpdates = 10_000;

    public BenchInput(TraceFile trace, int randomOperations)
    {
        Trace = trace;
        RandomOperations = randomOperations;
        Merged = Updates.Merge(trace.Updates);
        Small = trace.Updates.Take(SmallUpdates).ToList();
        using var half = new YDocument();
        foreach (var update in trace.Updates.Take(trace.Updates.Count / 2)) half.Apply(update.Span);
        HalfVector = half.EncodeStateVector();
        (Million, MillionUpdates) = MillionCharacters(trace.Root);
    }

    public TraceFile Trace { get; }
    public int RandomOperations { get; }
    public byte[] Merged { get; }
    public List<ReadOnlyMemory<byte>> Small { get; }
    public byte[] HalfVector { get; }
    /// <summary>A document of a million characters, pasted in pages by ten people.</summary>
    public byte[] Million { get; }
    /// <summary>One typed character each, ten in a row, then somewhere else.</summary>
    public List<ReadOnlyMemory<byte>> MillionUpdates { get; }

    /// <summary>Writes the files that Bench/Peer/rows.mjs reads.</summary>
    public void WriteTo(string folder)
    {
        TraceFile.WriteList(Path.Combine(folder, "trace.bin"), Trace.Updates);
        TraceFile.WriteList(Path.Combine(folder, "small.bin"), Small);
        TraceFile.WriteList(Path.Combine(folder, "million-updates.bin"), MillionUpdates);
        File.WriteAllBytes(Path.Combine(folder, "merged.bin"), Merged);
        File.WriteAllBytes(Path.Combine(folder, "half-vector.bin"), HalfVector);
        File.WriteAllBytes(Path.Combine(folder, "million.bin"), Million);
        File.WriteAllText(Path.Combine(folder, "random-count.txt"), RandomOperations.ToString(CultureInfo.InvariantCulture));
    }

    private static (byte[] State, List<ReadOnlyMemory<byte>> Updates) MillionCharacters(string root)
    {
        const int Pages = 500;
        var random = new Mulberry32(7);
        using var document = new YDocument();
        var page = new StringBuilder();
        while (page.Length < 2000) page.Append("the quick brown fox jumps over the lazy dog\n");
        var text = page.ToString(0, 2000);
        for (var i = 0; i < Pages; i++) document.ApplyTextEdits(root, 100 + (i % 10), [new TextEdit((int)(random.Next() % (document.TextLength(root) + 1)), 0, text)]);
        var state = document.EncodeStateAsUpdate();
        var updates = new List<ReadOnlyMemory<byte>>();
        for (var i = 0; i < 2_000; i++)
        {
            var at = (int)(random.Next() % document.TextLength(root));
            for (var typed = 0; typed < 10; typed++) updates.Add(document.ApplyTextEdits(root, 200 + (i % 10), [new TextEdit(at + typed, 0, "x")])!);
        }
        return (state, updates);
    }
}
