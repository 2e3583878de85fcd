using System.Diagnostics;
using CollabHub.Tests.Faults.Rig;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Faults;

/// <summary>F01 to F09: nodes and the balancer.</summary>
internal static class NodeFaults
{
    private static readonly TimeSpan GhostLimit = TimeSpan.FromSeconds(10);
    private static readonly string[] Kinds = ["hub-msgpack", "hub-json", "y-websocket-1", "y-websocket-3", "hocuspocus-2", "hocuspocus-3"];

    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new("F01", "kill -9 of a node under load", KillAsync),
        new("F02", "rolling restart", RollAsync) { AwayLimit = TimeSpan.FromSeconds(3) },
        new("F03", "SIGTERM, and SIGKILL a second later", StopThenKillAsync),
        new("F04", "a node stands still for 20 s", PauseAsync),
        new("F06", "one file opened cold on all nodes at once", OpenColdAsync) { WhileTyping = false },
        new("F07", "the balancer moves everyone to other nodes", MoveAsync),
        new("F08", "no stickiness", RoundRobinAsync),
        new("F09", "two of three nodes killed at once", StormAsync),
    ];

    private static async Task<TimeSpan?> KillAsync(FaultWorld world)
    {
        var node = await world.BusyNodeAsync();
        await node.KillAsync();
        world.Fire("F01", node.Name);
        var began = Stopwatch.GetTimestamp();
        await world.ProbeErrorsAsync();
        await ResumedAsync(world, began, TimeSpan.FromSeconds(10));
        await GhostsGoneAsync(world, began);
        await node.StartAsync();
        return null;
    }

    private static async Task<TimeSpan?> RollAsync(FaultWorld world)
    {
        foreach (var node in world.Cluster.Nodes)
        {
            var (code, took) = await node.StopAsync();
            world.Fire("F02", new { node.Name, code, took.TotalSeconds });
            world.Evidence.Times.Add(($"{node.Name} to stop with {code}", code == 0 ? took : TimeSpan.MaxValue, TimeSpan.FromSeconds(30)));
            // It said goodbye: nobody has to wait for its silence.
            world.Evidence.Times.Add(("ghosts of a stopped node", await ExactAsync(world), TimeSpan.FromSeconds(3)));
            await node.StartAsync();
        }
        return null;
    }

    private static async Task<TimeSpan?> StopThenKillAsync(FaultWorld world)
    {
        var node = await world.BusyNodeAsync();
        var stopping = node.StopAsync();
        await Pace.LastAsync(TimeSpan.FromSeconds(1));
        node.KillNow();
        await stopping;
        world.Fire("F03", node.Name);
        var began = Stopwatch.GetTimestamp();
        await ResumedAsync(world, began, TimeSpan.FromSeconds(10));
        await GhostsGoneAsync(world, began);
        await node.StartAsync();
        return null;
    }

    private static async Task<TimeSpan?> PauseAsync(FaultWorld world)
    {
        var node = world.Cluster.Any(world.Random);
        var person = await world.Cluster.GuestAsync("Victim");
        await world.Owner.ShareAsync(world.Session, person);
        var victim = await world.JoinAsync("hub-msgpack", person, node.Address);
        await world.StopTypingAsync();
        await world.TypeAsync([.. world.Editors, victim]);
        var other = world.Cluster.Nodes.First(one => one != node);
        node.Pause();
        world.Fire("F04", node.Name);
        await Pace.LastAsync(TimeSpan.FromSeconds(8));
        world.History.Add("listed while a node stands still", node.Name, await world.ListedAsync(other));
        await AccessFaults.SetRoleAsync(world, other, person, "viewer");
        var lowered = FaultWorld.Now;
        await Pace.LastAsync(TimeSpan.FromSeconds(12));
        node.Continue();
        await Pace.LastAsync(TimeSpan.FromSeconds(4));
        // What was on the way when the node fell asleep was typed with a right to; what came later was not.
        world.Evidence.Forbidden.Add((victim, lowered, double.MaxValue));
        return await world.ProbeAsync(TimeSpan.FromSeconds(35), "an edit after the pause");
    }

    private static async Task<TimeSpan?> OpenColdAsync(FaultWorld world)
    {
        var file = await world.FileAsync("⟦p000000:000001⟧\n");
        var names = Kinds.SelectMany((kind, i) => world.Cluster.Nodes.Select((node, n) => (Name: $"cold-{file}-{i}-{n}", kind, node))).ToList();
        foreach (var (name, kind, node) in names)
            await world.Rig.SendAsync("add", new { client = name, kind, token = world.Owner.AccessToken, fileId = file.ToString(), @base = node.Address.ToString() });
        await Task.WhenAll(names.Select(one => world.Rig.SendAsync("connect", new { client = one.Name })));
        world.Fire("F06");
        await Task.WhenAll(names.Select(one => world.Rig.SendAsync("settled", new { client = one.Name })));
        await Task.WhenAll(names.Select(one => world.Rig.SendAsync("edit", new { client = one.Name, count = 2, rate = 20, mode = "region" })));
        await Task.WhenAll(names.Select(one => world.Rig.SendAsync("settled", new { client = one.Name })));
        var texts = new Dictionary<string, string>();
        await Pace.HoldsWithinAsync(TimeSpan.FromSeconds(15), async () =>
        {
            foreach (var (name, _, _) in names) texts[name] = await world.Rig.TextAsync(name);
            return texts.Values.Distinct().Count() == 1;
        });
        texts["the log"] = await world.ColdTextAsync(file);
        foreach (var (name, _, _) in names) await world.Rig.SendAsync("remove", new { client = name });
        var wrong = Checkers.Convergence(texts).Concat(Checkers.Once(texts["the log"])).ToList();
        if (Checkers.Tokens(texts["the log"]).Count != 1 + (2 * names.Count)) wrong.Add($"C2 {Checkers.Tokens(texts["the log"]).Count} tokens instead of {1 + (2 * names.Count)}");
        world.Evidence.Found.AddRange(wrong);
        // Those were tokens of another file.
        await world.Rig.SendAsync("history", new { });
        return null;
    }

    private static async Task<TimeSpan?> MoveAsync(FaultWorld world)
    {
        foreach (var node in world.Cluster.Nodes)
        {
            node.Front.Cut(refuse: true);
            world.Fire("F07", node.Name);
            await world.ProbeErrorsAsync();
            await Pace.LastAsync(TimeSpan.FromSeconds(2));
            node.Front.Open();
            await Pace.LastAsync(TimeSpan.FromSeconds(2.5));
        }
        await GhostsGoneAsync(world, Stopwatch.GetTimestamp());
        return null;
    }

    private static async Task<TimeSpan?> RoundRobinAsync(FaultWorld world)
    {
        for (var i = 0; i < 20; i++)
        {
            await using var straight = await (world.Someone with { Http = new HttpClient { BaseAddress = world.Cluster.Address } }).HubAsync(messagePack: i % 2 == 0);
            await straight.InvokeAsync<Hubs.Realtime.SessionSnapshot>("JoinSession", world.Session);
            world.Fire("F08");
        }
        // Who negotiates on one node and connects to another one is told so with a 404, not led in a circle.
        using var http = FaultWorld.At(world.Cluster.Nodes[0], world.Someone);
        using var negotiated = await http.PostAsync(new Uri("hubs/session/negotiate?negotiateVersion=1", UriKind.Relative), null);
        var ticket = (await negotiated.OkAsync()).GetProperty("connectionToken").GetString();
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        var elsewhere = new UriBuilder(world.Cluster.Nodes[1].Direct) { Scheme = "ws", Path = "hubs/session", Query = $"id={ticket}&access_token={world.Someone.AccessToken}" }.Uri;
        await Assert.ThrowsAnyAsync<System.Net.WebSockets.WebSocketException>(() => socket.ConnectAsync(elsewhere, default));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, socket.HttpStatusCode);
        return null;
    }

    private static async Task<TimeSpan?> StormAsync(FaultWorld world)
    {
        var crowd = new List<string>();
        for (var i = 0; i < 96; i++) crowd.Add(await world.JoinAsync(Kinds[i % Kinds.Length], world.Owner, world.Cluster.Address));
        var nodes = world.Cluster.Nodes.OrderBy(_ => world.Random.Next()).Take(world.Cluster.Nodes.Count - 1).ToList();
        await Task.WhenAll(nodes.Select(node => node.KillAsync()));
        world.Fire("F09", nodes.Select(node => node.Name));
        var began = Stopwatch.GetTimestamp();
        foreach (var client in crowd) await world.Rig.SendAsync("settled", new { client, timeoutMs = 45_000 });
        world.Evidence.Times.Add(("everyone to come back", Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(30)));
        await GhostsGoneAsync(world, began);
        foreach (var node in nodes) await node.StartAsync();
        return null;
    }

    /// <summary>Every editor is in sync again and an edit reaches everyone.</summary>
    private static async Task ResumedAsync(FaultWorld world, long began, TimeSpan limit)
    {
        await world.ProbeAsync(TimeSpan.FromSeconds(20), "an edit after the fault");
        world.Evidence.Times.Add(("service after the fault", Stopwatch.GetElapsedTime(began), limit + TimeSpan.FromSeconds(10)));
    }

    private static async Task GhostsGoneAsync(FaultWorld world, long began)
    {
        await ExactAsync(world);
        world.Evidence.Times.Add(("ghosts", Stopwatch.GetElapsedTime(began), GhostLimit + TimeSpan.FromSeconds(5)));
    }

    private static async Task<TimeSpan> ExactAsync(FaultWorld world)
    {
        var began = Stopwatch.GetTimestamp();
        await Pace.HoldsWithinAsync(TimeSpan.FromSeconds(30), world.AllListAsync);
        return Stopwatch.GetElapsedTime(began);
    }
}
