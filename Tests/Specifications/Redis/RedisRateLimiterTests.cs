using CollabHub.Domain.Limits;
using CollabHub.Persistence.Redis;
using CollabHub.Tests.Specifications.Cluster;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Specifications.Redis;

/// <summary>Rates of a whole cluster over a real Redis: every question comes from another node.</summary>
public sealed class RedisRateLimiterTests : RateLimiterSpecification, IAsyncDisposable
{
    private readonly RandomIds _ids = new(5);
    private readonly RedisNode[] _nodes;
    private int _asked;

    public RedisRateLimiterTests()
    {
        var cluster = Guid.NewGuid().ToString("N");
        _nodes = [new RedisNode(RedisServer.Shared.ConnectionString, cluster, "one"), new RedisNode(RedisServer.Shared.ConnectionString, cluster, "two")];
    }

    [Fact]
    public async Task While_Redis_is_away_a_node_counts_for_itself()
    {
        await using var redis = new RedisServer();
        await using var node = new RedisNode(redis.ConnectionString, "alone", "one");
        var limiter = new RedisRateLimiter(node.Connection, node.Keys, new SlidingWindows(TimeProvider.System), _ids);
        redis.Kill();
        var rule = new RateRule("key", 1, TimeSpan.FromMinutes(1));
        Assert.Null(await limiter.TakeAsync([rule], default));
        Assert.NotNull(await limiter.TakeAsync([rule], default));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    protected override IRateLimiter Node()
    {
        var node = _nodes[Interlocked.Increment(ref _asked) % _nodes.Length];
        return new RedisRateLimiter(node.Connection, node.Keys, new SlidingWindows(TimeProvider.System), _ids);
    }
}
