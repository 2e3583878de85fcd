using System.Diagnostics;
using System.Net;
using CollabHub.Tests.Faults.Rig;

namespace CollabHub.Tests.Faults;

/// <summary>F41, F42: what one client's line does to the others.</summary>
internal static class ClientFaults
{
    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new("F41", "a client that does not read", SlowReaderAsync) { MustNotHoldUp = true },
        new("F42", "a client's line dead without a word", HalfOpenAsync),
    ];

    private static async Task<TimeSpan?> SlowReaderAsync(FaultWorld world)
    {
        var node = world.Cluster.Any(world.Random);
        await using var line = new FaultProxy(new IPEndPoint(IPAddress.Loopback, node.Front.Port));
        var slow = await world.JoinAsync("hub-msgpack", world.Owner, new Uri($"http://127.0.0.1:{line.Port}/"));
        line.Deaf.Shut();
        var before = await world.SlowReadersAsync();
        // Enough to fill every buffer on the way and the queue behind them.
        var block = new string('x', 60_000) + "\n";
        for (var times = 0; times < 250 && await world.SlowReadersAsync() == before; times++)
        {
            await world.Rig.SendAsync("type", new { client = world.Editors[0], text = block });
            await world.Rig.SendAsync("erase", new { client = world.Editors[0], text = block });
            await world.Rig.SendAsync("settled", new { client = world.Editors[0] });
        }
        Assert.True(await world.SlowReadersAsync() > before, "No slow reader was closed.");
        world.Fire("F41");
        line.Deaf.Open();
        var began = Stopwatch.GetTimestamp();
        await world.Rig.SendAsync("until", new { client = slow, part = "closedBy", timeoutMs = 45_000 });
        await world.Rig.SendAsync("settled", new { client = slow, timeoutMs = 45_000 });
        var took = Stopwatch.GetElapsedTime(began);
        // It reads what it missed, and goes before its line does.
        var text = await world.Rig.TextAsync(slow);
        if (!Checkers.Tokens(text).Any()) world.Evidence.Found.Add("C1 the slow reader came back with nothing");
        await world.LeaveAsync(slow);
        return took;
    }

    private static async Task<TimeSpan?> HalfOpenAsync(FaultWorld world)
    {
        var node = world.Cluster.Any(world.Random);
        await using var line = new FaultProxy(new IPEndPoint(IPAddress.Loopback, node.Front.Port));
        var through = new Uri($"http://127.0.0.1:{line.Port}/");
        var client = await world.JoinAsync("hub-msgpack", world.Owner, through);
        var other = world.Editors[0];
        await world.Rig.SendAsync("awareness", new { client, state = new { cursor = new { anchor = 7 } } });
        var id = (await world.Rig.StateAsync(client)).GetProperty("clientId").GetInt64();
        async Task<bool> SeenAsync() => (await world.Rig.StateAsync(other)).GetProperty("awareness").TryGetProperty($"{id}", out var state) && state.ValueKind == System.Text.Json.JsonValueKind.Object;
        await Pace.UntilAsync(Eventually.Patience, () => "the cursor does not show", SeenAsync);
        line.Blackhole.Shut();
        world.Fire("F42");
        var began = Stopwatch.GetTimestamp();
        await Pace.HoldsWithinAsync(TimeSpan.FromSeconds(60), async () => !await SeenAsync());
        world.Evidence.Times.Add(("a dead client's cursor to go", Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(30)));
        line.Cut(refuse: false);
        line.Blackhole.Open();
        var mended = Stopwatch.GetTimestamp();
        await world.Rig.SendAsync("until", new { client, part = "closeCodes", timeoutMs = 45_000 });
        await world.Rig.SendAsync("settled", new { client, timeoutMs = 45_000 });
        var took = Stopwatch.GetElapsedTime(mended);
        await world.LeaveAsync(client);
        return took;
    }
}
