using System.Text;
using CollabHub.Tests.Faults.Rig;
using StackExchange.Redis;

namespace CollabHub.Tests.Faults;

/// <summary>F12 to F19: Redis is a doorbell, and nobody loses anything when it is broken.</summary>
internal static class RedisFaults
{
    private static readonly TimeSpan CrossNodeLimit = TimeSpan.FromSeconds(2.5);

    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new("F12", "Redis down for a minute", DownAsync),
        new("F13", "Redis stands still for 5 s, and is slow", SlowAsync) { MustNotHoldUp = false },
        new("F14", "Redis emptied, and started again empty", EmptyAsync),
        new("F15", "one node cut off from Redis", CutOffAsync),
        new("F16", "subscriptions lost without a word", DeafAsync),
        new("F17", "messages of nodes repeated and late", RepeatAsync),
        new("F18", "messages that no node sent", ForgeAsync),
        new("F19", "Redis out of memory", FullAsync),
    ];

    private static async Task<TimeSpan?> DownAsync(FaultWorld world)
    {
        world.Cluster.Redis.Kill();
        world.Fire("F12");
        // The line is known to be dead once the own echo is missing; what was on its way then waits for the next look at the log.
        await Pace.LastAsync(TimeSpan.FromSeconds(2));
        await world.ProbeErrorsAsync();
        for (var looks = 0; looks < 10; looks++)
        {
            await world.ProbeAsync(CrossNodeLimit, "an edit to every node without Redis");
            await Pace.LastAsync(TimeSpan.FromSeconds(world.OutageSeconds / 12.0));
        }
        world.Cluster.Redis.StartAgain();
        await Pace.LastAsync(TimeSpan.FromSeconds(5));
        return await world.ProbeAsync(TimeSpan.FromSeconds(1.5), "an edit after Redis is back");
    }

    private static async Task<TimeSpan?> SlowAsync(FaultWorld world)
    {
        world.Cluster.Redis.Command("CLIENT", "PAUSE", "5000", "ALL");
        world.Fire("F13");
        await world.ProbeAsync(TimeSpan.FromSeconds(7), "an edit while Redis stands still");
        foreach (var node in world.Cluster.Nodes) node.Redis!.Delay = TimeSpan.FromMilliseconds(800);
        await Pace.LastAsync(TimeSpan.FromSeconds(2));
        for (var looks = 0; looks < 3; looks++) await world.ProbeAsync(CrossNodeLimit, "an edit while Redis is slow");
        await world.ProbeErrorsAsync();
        foreach (var node in world.Cluster.Nodes) node.Redis!.Delay = TimeSpan.Zero;
        await Pace.LastAsync(TimeSpan.FromSeconds(2));
        return await world.ProbeAsync(TimeSpan.FromSeconds(2), "an edit after that");
    }

    private static async Task<TimeSpan?> EmptyAsync(FaultWorld world)
    {
        for (var times = 0; times < 3; times++)
        {
            world.Cluster.Redis.Command("FLUSHALL");
            await Pace.LastAsync(TimeSpan.FromSeconds(0.5));
        }
        world.Cluster.Redis.Kill();
        world.Cluster.Redis.StartAgain();
        world.Fire("F14");
        await Pace.LastAsync(TimeSpan.FromSeconds(3));
        return await world.ProbeAsync(CrossNodeLimit, "an edit after Redis was emptied");
    }

    private static async Task<TimeSpan?> CutOffAsync(FaultWorld world)
    {
        var node = world.Cluster.Any(world.Random);
        node.Redis!.Blackhole.Shut();
        world.Fire("F15", node.Name);
        await Pace.LastAsync(TimeSpan.FromSeconds(4));
        for (var looks = 0; looks < 4; looks++)
        {
            await world.ProbeAsync(CrossNodeLimit, "an edit to and from a node that is cut off");
            await Pace.LastAsync(TimeSpan.FromSeconds(1.5));
        }
        await world.ProbeErrorsAsync();
        node.Redis.Blackhole.Open();
        await Pace.LastAsync(TimeSpan.FromSeconds(6));
        return await world.ProbeAsync(TimeSpan.FromSeconds(2), "an edit after it is back");
    }

    private static async Task<TimeSpan?> DeafAsync(FaultWorld world)
    {
        for (var times = 0; times < 2; times++)
        {
            world.Cluster.Redis.Command("CLIENT", "KILL", "TYPE", "pubsub");
            world.Fire("F16");
            await Pace.LastAsync(TimeSpan.FromSeconds(0.5));
        }
        await world.ProbeAsync(TimeSpan.FromSeconds(5), "an edit while nobody listens");
        await Pace.LastAsync(TimeSpan.FromSeconds(6));
        return await world.ProbeAsync(TimeSpan.FromSeconds(2), "an edit after they listen again");
    }

    private static async Task<TimeSpan?> RepeatAsync(FaultWorld world)
    {
        var (heard, sent) = (0, 0);
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(world.Cluster.Redis.ConnectionString))
        {
            var bus = redis.GetSubscriber();
            var own = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
            await bus.SubscribeAsync(RedisChannel.Pattern("*"), (channel, message) =>
            {
                var key = $"{channel} {Convert.ToBase64String((byte[])message!)}";
                // The own repetition comes back as well; it is not repeated again.
                if (own.AddOrUpdate(key, 1, (_, count) => count + 1) > 1) return;
                Interlocked.Increment(ref heard);
                // Later than what was said after it.
                if (heard % 3 != 0) return;
                bus.Publish(RedisChannel.Literal(channel.ToString()), message, CommandFlags.FireAndForget);
                Interlocked.Increment(ref sent);
            });
            await Pace.LastAsync(TimeSpan.FromSeconds(5));
        }
        Assert.True(sent > 0, "Nothing was said that could have been repeated.");
        world.Fire("F17", new { heard, sent });
        return await world.ProbeAsync(TimeSpan.FromSeconds(2), "an edit after repetitions");
    }

    private static async Task<TimeSpan?> ForgeAsync(FaultWorld world)
    {
        var sent = 0;
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(world.Cluster.Redis.ConnectionString))
        {
            var bus = redis.GetSubscriber();
            var channels = new System.Collections.Concurrent.ConcurrentDictionary<string, byte[]>();
            await bus.SubscribeAsync(RedisChannel.Pattern("*"), (channel, message) => channels.TryAdd(channel.ToString(), (byte[])message!));
            await Pace.LastAsync(TimeSpan.FromSeconds(2));
            await bus.UnsubscribeAllAsync();
            for (var times = 0; times < 50; times++)
            {
                foreach (var (channel, message) in channels.Where(one => !one.Key.Contains("hubs:", StringComparison.Ordinal)))
                {
                    var forged = message.ToArray();
                    if (times % 3 == 0) world.Random.NextBytes(forged);
                    else if (times % 3 == 1) forged[world.Random.Next(forged.Length)] ^= 0x40;
                    else forged = forged[..world.Random.Next(forged.Length)];
                    await bus.PublishAsync(RedisChannel.Literal(channel), times == 49 ? Encoding.UTF8.GetBytes("""{"role":"owner"}""") : forged);
                    sent++;
                }
            }
        }
        Assert.True(sent > 0, "There was no channel to forge on.");
        world.Fire("F18", sent);
        return await world.ProbeAsync(TimeSpan.FromSeconds(3), "an edit after forgeries");
    }

    private static async Task<TimeSpan?> FullAsync(FaultWorld world)
    {
        world.Cluster.Redis.Command("CONFIG", "SET", "maxmemory", "1mb");
        world.Cluster.Redis.Command("CONFIG", "SET", "maxmemory-policy", "noeviction");
        Assert.Contains("OOM", world.Cluster.Redis.Command("SET", "full", "1"), StringComparison.Ordinal);
        world.Fire("F19");
        await world.ProbeAsync(CrossNodeLimit, "an edit while Redis is full");
        await world.ProbeErrorsAsync();
        await Pace.LastAsync(TimeSpan.FromSeconds(3));
        world.Cluster.Redis.Command("CONFIG", "SET", "maxmemory", "0");
        return await world.ProbeAsync(TimeSpan.FromSeconds(2), "an edit after that");
    }
}
