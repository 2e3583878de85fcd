using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using CollabHub.Bench.Engine;
using CollabHub.Bench.Live;
using CollabHub.Tests.Specifications.Postgres;
using CollabHub.Tests.Specifications.Redis;

namespace CollabHub.Bench.Cluster;

/// <summary>Some nodes in processes of their own on one Postgres and one Redis, without a balancer: people are dealt out in turn.</summary>
internal sealed class ClusterServers : IAsyncDisposable
{
    private readonly PostgresServer _postgres = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("collabhub-bench-");
    private readonly List<(Process Process, int Port)> _nodes = [];

    public RedisServer Redis { get; } = new();

    /// <summary>Processor time that all nodes used so far; not that of the stores.</summary>
    public TimeSpan Cpu
    {
        get
        {
            foreach (var (process, _) in _nodes) process.Refresh();
            return TimeSpan.FromTicks(_nodes.Sum(node => node.Process.TotalProcessorTime.Ticks));
        }
    }

    public static async Task<ClusterServers> StartAsync(int nodes)
    {
        var cluster = new ClusterServers();
        var (database, key) = (cluster._postgres.NewDatabase(), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var host = Path.Combine(Peer.Repository(), "artifacts", "bin", "CollabHub.Hubs", "release");
        for (var i = 0; i < nodes; i++)
        {
            var port = LiveServer.FreePort();
            var process = await LiveServer.StartAsync(
                "dotnet", host, port, "CollabHub.Hubs.dll", "--urls", $"http://127.0.0.1:{port}", "--Data:Directory", Path.Combine(cluster._data.FullName, $"{i}"),
                "--Logging:LogLevel:Default", "Error", "--Limits:ConnectionsPerFile", "1000", "--ConnectionStrings:Postgres", database,
                "--ConnectionStrings:Redis", cluster.Redis.ConnectionString, "--Auth:SigningKey", key, "--Node:Name", $"node-{i}");
            cluster._nodes.Add((process, port));
        }
        return cluster;
    }

    /// <summary>Lets so many people in; answers the way in of each and the node that it leads to.</summary>
    public async Task<IReadOnlyList<(Entrance Entrance, int Node)>> AdmitAsync(int people)
    {
        using var owner = await GuestAsync(0);
        var session = await PostAsync(owner, "api/sessions", new { name = "bench" });
        var file = await PostAsync(owner, $"api/workspaces/{session.GetProperty("workspaceId").GetGuid()}/files", new { path = "bench.txt" });
        var invited = await PostAsync(owner, $"api/sessions/{session.GetProperty("sessionId").GetGuid()}/invitations", new { role = "editor" });
        var link = invited.GetProperty("link").GetString()!;
        var secret = link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];
        var entrances = new List<(Entrance, int)>();
        for (var i = 0; i < people; i++)
        {
            var node = i % _nodes.Count;
            using var guest = await GuestAsync(node);
            await PostAsync(guest, $"api/invitations/by-token/{secret}/accept", new { });
            var token = guest.DefaultRequestHeaders.Authorization!.Parameter!;
            var address = new Uri($"ws://127.0.0.1:{_nodes[node].Port}/yjs/{file.GetProperty("fileId").GetString()}?access_token={token}");
            entrances.Add((new Entrance(address, token, Wire.YWebsocket), node));
        }
        return entrances;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _nodes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await Redis.DisposeAsync();
        await _postgres.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private async Task<HttpClient> GuestAsync(int node)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_nodes[node].Port}/") };
        var guest = await PostAsync(http, "api/auth/guest", new { });
        http.DefaultRequestHeaders.Authorization = new("Bearer", guest.GetProperty("accessToken").GetString());
        return http;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)response.StatusCode} {text}"));
    }
}
