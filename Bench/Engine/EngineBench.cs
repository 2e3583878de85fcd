using System.Globalization;

namespace CollabHub.Bench.Engine;

/// <summary><c>./bench engine</c>: our document engine beside Yjs in Node, row by row.</summary>
/// <remarks>Options: <c>--trace FILE</c> another trace, <c>--random N</c> operations of that row, <c>--alone</c> no peers, then names of rows.</remarks>
internal static class EngineBench
{
    private static readonly Dictionary<string, string> Labels = new()
    {
        ["apply-each"] = "trace, edit by edit, ms",
        ["apply-merged"] = "trace, one merged update, ms",
        ["encode"] = "full state encoded, ms",
        ["diff"] = "difference for a joiner with half, ms",
        ["merge"] = "10,000 small updates merged, ms",
        ["text"] = "text as a string, ms",
        ["utf8"] = "text as UTF-8, ms",
        ["random"] = "random inserts and deletes, ms",
        ["memory"] = "memory of the loaded document, KiB",
        ["small-remote"] = "one small remote update, 1M characters, µs",
        ["small-remote-bytes"] = "… bytes allocated for each",
        ["validate"] = "trace validated only, ms",
        ["edit-each"] = "trace as own edits by position, ms",
        ["hostile"] = "worst hostile update, ms per 64 KiB",
        ["hostile-many"] = "32,000 items at one place, ms per 64 KiB",
    };

    public static void Run(string[] args)
    {
        var trace = Option(args, "--trace") ?? Path.Combine(Peer.Repository(), "Tests", "Traces", "automerge-paper.json");
        var random = int.Parse(Option(args, "--random") ?? "1000000", CultureInfo.InvariantCulture);
        var wanted = args.Where(Labels.ContainsKey).ToHashSet();
        var input = new BenchInput(new TraceFile(trace), random);
        var rows = new EngineRows(input).All.Where(r => wanted.Count == 0 || wanted.Contains(r.Row)).ToList();
        Console.WriteLine($"{input.Trace.Name}: {input.Trace.Updates.Count:N0} updates, merged {input.Merged.Length:N0} bytes; {random:N0} random operations; {Environment.ProcessorCount} cores, .NET {Environment.Version}");
        var ours = rows.ToDictionary(r => r.Row, r => r.Measure());
        var peers = new Dictionary<string, Dictionary<string, double>>();
        if (!args.Contains("--alone"))
        {
            var folder = Directory.CreateTempSubdirectory("collabhub-bench-").FullName;
            input.WriteTo(folder);
            var shared = rows.Select(r => r.Row).Except(["small-remote-bytes", "validate", "edit-each", "hostile", "hostile-many"]).ToList();
            peers["yjs"] = Peer.Measure("yjs", folder, input.Trace.Root, shared);
            peers["ywasm"] = Peer.Measure("ywasm", folder, input.Trace.Root, shared.Except(["memory"]));
            Directory.Delete(folder, recursive: true);
        }
        Print(rows.Select(r => r.Row), ours, peers);
    }

    private static void Print(IEnumerable<string> rows, Dictionary<string, double> ours, Dictionary<string, Dictionary<string, double>> peers)
    {
        Console.WriteLine($"| {"row",-46} | {"ours",10} | {string.Join(" | ", peers.Keys.Select(p => $"{p,10} | {"times",7}"))} |");
        Console.WriteLine($"|{new string('-', 48)}|{new string('-', 12)}|{string.Concat(peers.Keys.Select(_ => new string('-', 12) + "|" + new string('-', 9) + "|"))}");
        foreach (var row in rows)
        {
            var cells = peers.Values.Select(p => p.TryGetValue(row, out var value)
                ? $"{Number(value),10}{(p.ContainsKey(row + "-done") ? "*" : " ")}| {value / ours[row],6:F1}x"
                : $"{"-",10} | {"-",7}");
            Console.WriteLine($"| {Labels[row],-46} | {Number(ours[row]),10} | {string.Join(" | ", cells)} |");
        }
        foreach (var (peer, values) in peers)
            if (values.TryGetValue("random-done", out var done)) Console.WriteLine($"* {peer} was stopped after {done:N0} random operations.");
    }

    private static string Number(double value) => value.ToString(value < 10 ? "F3" : value < 1000 ? "F1" : "N0", CultureInfo.InvariantCulture);

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
