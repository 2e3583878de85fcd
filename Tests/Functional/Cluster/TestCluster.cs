using System.Security.Cryptography;
using CollabHub.Tests.Specifications.Postgres;
using CollabHub.Tests.Specifications.Redis;

namespace CollabHub.Tests.Functional.Cluster;

/// <summary>Several real servers on one Postgres and one Redis of their own.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly string _postgres = PostgresServer.Shared.NewDatabase();
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<TestHub> _nodes = [];

    public RedisServer Redis { get; } = new();

    public TestHub this[int node] => _nodes[node];

    public static TestCluster Start(int nodes = 2)
    {
        var cluster = new TestCluster();
        for (var i = 0; i < nodes; i++) cluster.Add();
        return cluster;
    }

    public TestHub Add()
    {
        var node = TestHub.Start(
            ("ConnectionStrings:Postgres", _postgres), ("ConnectionStrings:Redis", Redis.ConnectionString), ("Auth:SigningKey", _key),
            ("Node:Name", $"node-{_nodes.Count}"), ("Limits:DrainNoticeSeconds", "0"));
        _nodes.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await Redis.DisposeAsync();
    }
}

internal static class OtherNode
{
    /// <summary>The same person, with the same sign-in, on another node.</summary>
    public static TestUser On(this TestUser user, TestHub node)
    {
        var http = new HttpClient { BaseAddress = node.BaseAddress };
        http.DefaultRequestHeaders.Authorization = user.Http.DefaultRequestHeaders.Authorization;
        return user with { Http = http };
    }
}
