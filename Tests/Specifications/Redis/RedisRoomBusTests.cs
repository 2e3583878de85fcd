using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Redis;
using CollabHub.Tests.Specifications.Cluster;
using StackExchange.Redis;

namespace CollabHub.Tests.Specifications.Redis;

/// <summary>The room bus over a real Redis.</summary>
[Collection(nameof(Timed))]
public class RedisRoomBusTests : RoomBusSpecification
{
    private readonly Dictionary<string, RedisNode> _nodes = [];
    private readonly string _cluster = Guid.NewGuid().ToString("N");

    protected override ValueTask<IRoomBus> NodeAsync(string name) => new(Node(name).Rooms);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var node in _nodes.Values) await node.DisposeAsync();
    }

    [Fact]
    public async Task What_is_not_sealed_with_the_clusters_key_for_this_channel_is_refused_and_counted()
    {
        var file = new FileId(Guid.NewGuid());
        var two = await OpenAsync("two", file);
        var channel = Node("two").Keys.File(file);
        var raw = Node("raw").Connection.Multiplexer.GetSubscriber();
        var mine = new MessageSeal([.. Enumerable.Repeat((byte)7, 32)]);
        var forged = new MessageSeal([.. Enumerable.Repeat((byte)8, 32)]);
        var batch = MessageBatch.Join([RoomBusCodec.Encode(new BusHello(new BusSender("x", 1)))]);
        var good = mine.Seal(channel, "x", 5, batch);
        byte[] newer = [.. good];
        newer[0] = 2;
        await SendAsync("garbage"u8.ToArray());
        await SendAsync(good[..^1]);
        await SendAsync(forged.Seal(channel, "x", 6, batch));
        await SendAsync(mine.Seal(Node("two").Keys.File(new FileId(Guid.NewGuid())), "x", 7, batch));
        await SendAsync(newer);
        await SendAsync(good);
        await SendAsync(good);
        Assert.Equal(new BusHello(new BusSender("x", 1)), await two.NextAsync());
        string[] why = ["refused truncated", "refused forged", "refused forged", "refused forged", "refused version", "refused replayed"];
        await Eventually.TrueAsync(() => Node("two").Observer.Told.Count(told => told.StartsWith("refused", StringComparison.Ordinal)) == why.Length);
        Assert.Equal(why, Node("two").Observer.Told.Where(told => told.StartsWith("refused", StringComparison.Ordinal)));
        Assert.Equal(0, two.Waiting);

        Task SendAsync(byte[] message) => raw.PublishAsync(RedisChannel.Literal(channel), message);
    }

    [Fact]
    public async Task Nothing_waits_for_Redis_while_it_is_away_and_a_channel_says_when_it_hears_again()
    {
        await using var redis = new RedisServer();
        await using var one = new RedisNode(redis.ConnectionString, _cluster, "one");
        await using var two = new RedisNode(redis.ConnectionString, _cluster, "two");
        var file = new FileId(Guid.NewGuid());
        var (a, b) = (new Ear(), new Ear());
        a.Channel = await one.Rooms.SubscribeAsync(file, a.Hear, default);
        b.Channel = await two.Rooms.SubscribeAsync(file, b.Hear, default);
        redis.Kill();
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < 20_000; i++) a.Channel.Publish(new BusHello(new BusSender("one", i)));
        var late = new Ear();
        late.Channel = await one.Rooms.SubscribeAsync(new FileId(Guid.NewGuid()), late.Hear, default);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5));
        redis.StartAgain();
        foreach (var ear in new[] { a, b, late }) await ear.NextAsync(message => message is BusResumed);
        a.Channel.Publish(new BusHello(new BusSender("one", 99_999)));
        await b.NextAsync(message => message.From.Opening == 99_999);
        Assert.Contains("dropped", one.Observer.Told);
        foreach (var ear in new[] { a, b, late }) await ear.Channel.DisposeAsync();
    }

    [Fact]
    public async Task A_subscription_that_Redis_lost_without_a_word_is_noticed_and_made_again()
    {
        await using var redis = new RedisServer();
        await using var one = new RedisNode(redis.ConnectionString, _cluster, "one");
        await using var two = new RedisNode(redis.ConnectionString, _cluster, "two");
        var file = new FileId(Guid.NewGuid());
        var (a, b) = (new Ear(), new Ear());
        a.Channel = await one.Rooms.SubscribeAsync(file, a.Hear, default);
        b.Channel = await two.Rooms.SubscribeAsync(file, b.Hear, default);
        redis.Command("CLIENT", "KILL", "TYPE", "pubsub");
        redis.Command("CLIENT", "KILL", "TYPE", "pubsub");
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        await a.NextAsync(message => message is BusResumed);
        await b.NextAsync(message => message is BusResumed);
        // The second cut may meet a subscription that was made again after the first one: what is said in between is lost.
        await Eventually.TrueAsync(() =>
        {
            a.Channel.Publish(new BusHello(new BusSender("one", 1)));
            return b.HasHeard(message => message is BusHello);
        });
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(10));
        await a.Channel.DisposeAsync();
        await b.Channel.DisposeAsync();
    }

    private RedisNode Node(string name)
    {
        if (!_nodes.TryGetValue(name, out var node)) _nodes.Add(name, node = new RedisNode(RedisServer.Shared.ConnectionString, _cluster, name));
        return node;
    }
}
