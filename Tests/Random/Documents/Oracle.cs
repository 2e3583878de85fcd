using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CollabHub.Tests.Randomized.Documents;

/// <summary>Real Yjs replicas in a Node process: Tests/Oracle. Requests and answers are lines of JSON.</summary>
internal sealed class Oracle : IDisposable
{
    private readonly Process _process;

    public Oracle()
    {
        var folder = Path.Combine(Repository(), "Tests", "Oracle");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "yjs"))) Run(folder, "npm", "ci", "--no-audit", "--no-fund");
        var start = new ProcessStartInfo("node", "oracle.mjs") { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
    }

    public void New(IEnumerable<(long Id, bool Gc)> replicas) => Ask(new JsonObject
    {
        ["op"] = "new",
        ["replicas"] = new JsonArray([.. replicas.Select(r => new JsonObject { ["id"] = r.Id, ["gc"] = r.Gc })]),
    });

    public List<byte[]> Edit(int replica, int seed, int count, string profile, bool cutPairs)
    {
        var answer = Ask(new JsonObject { ["op"] = "edit", ["replica"] = replica, ["seed"] = seed, ["count"] = count, ["profile"] = profile, ["cutPairs"] = cutPairs });
        return answer.GetProperty("updates").EnumerateArray().Select(u => u.GetBytesFromBase64()).ToList();
    }

    public void Apply(int replica, IEnumerable<byte[]> updates) => Ask(new JsonObject { ["op"] = "apply", ["replica"] = replica, ["updates"] = List(updates) });

    public byte[] Merge(IEnumerable<byte[]> updates) => Ask(new JsonObject { ["op"] = "merge", ["updates"] = List(updates) }).GetProperty("update").GetBytesFromBase64();

    public byte[] Vector(int replica) => Ask(new JsonObject { ["op"] = "vector", ["replica"] = replica }).GetProperty("vector").GetBytesFromBase64();

    public byte[] Diff(int replica, byte[] vector) =>
        Ask(new JsonObject { ["op"] = "diff", ["replica"] = replica, ["vector"] = Convert.ToBase64String(vector) }).GetProperty("update").GetBytesFromBase64();

    /// <summary>What a replica holds: vector, update, pending, text, length, delta, map, array, xml.</summary>
    public JsonElement State(int replica) => Ask(new JsonObject { ["op"] = "state", ["replica"] = replica });

    /// <summary>What a fresh Yjs document holds after loading a state.</summary>
    public JsonElement Load(byte[] state) => Ask(new JsonObject { ["op"] = "load", ["state"] = Convert.ToBase64String(state) });

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static JsonArray List(IEnumerable<byte[]> updates) => [.. updates.Select(u => JsonValue.Create(Convert.ToBase64String(u)))];

    private JsonElement Ask(JsonObject request)
    {
        _process.StandardInput.WriteLine(request.ToJsonString());
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The oracle has ended.");
        using var answer = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1000 });
        if (answer.RootElement.TryGetProperty("error", out var error)) throw new InvalidOperationException($"The oracle failed: {error.GetString()}");
        return answer.RootElement.Clone();
    }

    private static void Run(string folder, string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command} failed in {folder}.");
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "CollabHub.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests must run from within the repository.");
    }
}
