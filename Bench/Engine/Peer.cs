using System.Diagnostics;
using System.Text.Json;

namespace CollabHub.Bench.Engine;

/// <summary>A JavaScript implementation in Node, measured by Bench/Peer/rows.mjs on the same machine.</summary>
internal static class Peer
{
    /// <summary>Its rows; empty, with a word on the console, where Node or the packages are not there.</summary>
    public static Dictionary<string, double> Measure(string peer, string folder, string root, IEnumerable<string> rows)
    {
        var measured = new Dictionary<string, double>();
        var scripts = Path.Combine(Repository(), "Bench", "Peer");
        if (!Directory.Exists(Path.Combine(scripts, "node_modules", peer)))
        {
            Console.WriteLine($"{peer}: not installed (npm ci in Bench/Peer)");
            return measured;
        }
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, WorkingDirectory = scripts };
        foreach (var argument in (string[])["--expose-gc", "--max-old-space-size=8192", "rows.mjs", peer, folder, root, .. rows]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            if (row.RootElement.GetProperty("value") is { ValueKind: JsonValueKind.Number } value) measured[row.RootElement.GetProperty("row").GetString()!] = value.GetDouble();
        }
        process.WaitForExit();
        return measured;
    }

    /// <summary>The folder of the solution.</summary>
    public static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "CollabHub.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Run from within the repository.");
    }
}
