using CollabHub.Domain.Cluster;
using CollabHub.Persistence.Redis;
using CollabHub.Tests.Specifications.Cluster;

namespace CollabHub.Tests.Specifications.Redis;

/// <summary>Presence over a real Redis.</summary>
[Collection(nameof(Timed))]
public sealed class RedisPresenceTests : PresenceSpecification
{
    private readonly string _cluster = Guid.NewGuid().ToString("N");
    private readonly List<RedisServer> _own = [];

    protected override ValueTask<(IClusterBus Bus, IAsyncDisposable Life)> NodeAsync(string name)
    {
        var node = new RedisNode((_own.FirstOrDefault() ?? RedisServer.Shared).ConnectionString, _cluster, name);
        return new((new RedisClusterBus(node.Line, node.Keys), node));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var redis in _own) await redis.DisposeAsync();
    }

    [Fact]
    public async Task While_Redis_is_away_nobody_is_called_gone_and_afterwards_everything_is_exact()
    {
        var redis = new RedisServer();
        _own.Add(redis);
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await one.JoinAsync("ada", "1");
        await two.JoinAsync("bob", "2");
        await one.SeesAsync("ada 1", "bob 1");
        redis.Kill();
        await Eventually.TrueAsync(() => one.Membership.IsPartial && two.Membership.IsPartial);
        Assert.False(one.Membership.IsHeld);
        await one.JoinAsync("eve", "3");
        await one.SeesAsync("ada 1", "bob 1", "eve 1");
        await two.Registry.LeaveAsync(new(Guid.Parse("00000000-0000-0000-0000-000000000001")), User("bob"), "2");
        redis.StartAgain();
        await two.SeesAsync("ada 1", "eve 1");
        await one.SeesAsync("ada 1", "eve 1");
        Assert.Equal(2, one.Membership.Nodes.Count);
        Assert.DoesNotContain("left ada", two.Audience.Told);
    }

    [Fact]
    public async Task A_Redis_that_was_emptied_is_missed_by_nobody()
    {
        var redis = new RedisServer();
        _own.Add(redis);
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await one.JoinAsync("ada", "1");
        await two.SeesAsync("ada 1");
        Assert.Contains("OK", redis.Command("FLUSHALL"), StringComparison.Ordinal);
        await two.JoinAsync("bob", "2");
        await one.SeesAsync("ada 1", "bob 1");
        await (await StartAsync("late")).SeesAsync("ada 1", "bob 1");
    }
}
