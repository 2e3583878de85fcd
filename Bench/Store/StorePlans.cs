using System.Text.Json;
using Npgsql;

namespace CollabHub.Bench.Store;

/// <summary>
/// The plans of the statements that the server really sends, with its own parameters: Postgres' <c>auto_explain</c> writes them into its log,
/// and those that come back with every repetition of a request belong to its route.
/// </summary>
internal sealed class StorePlans(string postgres)
{
    private const int Repetitions = 3;
    private const int PatientTries = 200;
    private readonly string _log = Path.Combine(new NpgsqlConnectionStringBuilder(postgres).Host!, "log");

    /// <summary>Loads the module into every connection that is opened from now on; it stays silent.</summary>
    public Task PrepareAsync() => RunAsync(
        "load 'auto_explain'", "alter system set session_preload_libraries = 'auto_explain'", "alter system set auto_explain.log_format = json",
        "alter system set auto_explain.log_min_duration = -1", "select pg_reload_conf()");

    /// <summary>What a request looks at: each index, and each table that is read from end to end.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(Func<Task> request)
    {
        await RunAsync("load 'auto_explain'", "alter system set auto_explain.log_min_duration = 0", "select pg_reload_conf()");
        // Postgres tells its connections one by one, a moment later.
        var from = new FileInfo(_log).Length;
        for (var tries = 0; tries < PatientTries && (await ReadAsync(from)).Count == 0; tries++) await request();
        from = new FileInfo(_log).Length;
        for (var i = 0; i < Repetitions; i++) await request();
        await RunAsync("load 'auto_explain'", "alter system set auto_explain.log_min_duration = -1", "select pg_reload_conf()");
        var plans = await ReadAsync(from);
        return [.. plans.GroupBy(plan => plan.Query).Where(same => same.Count() >= Repetitions).SelectMany(same => same.Last().Ways).Distinct().Order(StringComparer.Ordinal)];
    }

    private async Task<List<(string Query, List<string> Ways)>> ReadAsync(long from)
    {
        await using var log = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        var plans = new List<(string, List<string>)>();
        var json = new System.Text.StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            // Postgres indents what continues an entry.
            if (line.StartsWith('\t')) json.Append(line[1..]);
            else Take(json, plans);
        }
        Take(json, plans);
        return plans;
    }

    private static void Take(System.Text.StringBuilder json, List<(string, List<string>)> plans)
    {
        if (json.Length > 0 && json[0] == '{')
        {
            using var plan = JsonDocument.Parse(json.ToString());
            var ways = new List<string>();
            Walk(plan.RootElement.GetProperty("Plan"), ways);
            plans.Add((plan.RootElement.GetProperty("Query Text").GetString()!, ways));
        }
        json.Clear();
    }

    private static void Walk(JsonElement node, List<string> ways)
    {
        if (node.TryGetProperty("Index Name", out var index)) ways.Add(index.GetString()!);
        else if (node.GetProperty("Node Type").GetString() == "Seq Scan") ways.Add($"ALL of {node.GetProperty("Relation Name").GetString()}");
        if (!node.TryGetProperty("Plans", out var children)) return;
        foreach (var child in children.EnumerateArray()) Walk(child, ways);
    }

    private async Task RunAsync(params string[] statements)
    {
        await using var connection = new NpgsqlConnection(postgres + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
