using System.Diagnostics;
using System.Security.Cryptography;
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
        var (file, secret) = await Admission.OpenAsync(_nodes[0].Port);
        var entrances = new List<(Entrance, int)>();
        for (var i = 0; i < people; i++)
        {
            var node = i % _nodes.Count;
            var token = await Admission.TakeAsync(_nodes[node].Port, secret);
            entrances.Add((new Entrance(new Uri($"ws://127.0.0.1:{_nodes[node].Port}/yjs/{file}?access_token={token}"), token, Wire.YWebsocket), node));
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
}
