using System.Net;
using CollabHub.Tests.Faults.Rig;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Faults;

/// <summary>F49, F51: a right is taken on one node from somebody who types on another.</summary>
internal static class AccessFaults
{
    private static readonly string[] Kinds = ["hub-msgpack", "hub-json", "y-websocket-3", "hocuspocus-4"];

    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new("F49", "a role lowered and a person removed while typing", world => RevokeAsync(world, "F49", TimeSpan.FromSeconds(1))),
        new("F51", "the same while Redis is down", WithoutRedisAsync),
    ];

    /// <summary>Sets somebody's role in the session, on one node.</summary>
    public static async Task SetRoleAsync(FaultWorld world, FaultNode node, TestUser who, string role)
    {
        using var http = FaultWorld.At(node, world.Owner);
        using var set = await http.PatchAsync(new Uri($"api/sessions/{world.Session}/participants/{who.Id}", UriKind.Relative), FaultWorld.Json(new { role }));
        await set.OkAsync();
    }

    private static async Task<TimeSpan?> WithoutRedisAsync(FaultWorld world)
    {
        world.Cluster.Redis.Kill();
        await Pace.LastAsync(TimeSpan.FromSeconds(6));
        var took = await RevokeAsync(world, "F51", TimeSpan.FromSeconds(5));
        world.Cluster.Redis.StartAgain();
        await Pace.LastAsync(TimeSpan.FromSeconds(5));
        return took;
    }

    // Every kind of client in turn, on every node in turn; one is lowered, one is removed. Answers the longest time that something was still taken or told.
    private static async Task<TimeSpan?> RevokeAsync(FaultWorld world, string id, TimeSpan limit)
    {
        await world.StopTypingAsync();
        var nodes = world.Cluster.Nodes;
        var at = world.Random.Next(nodes.Count);
        var (here, there) = (nodes[at], nodes[(at + 1) % nodes.Count]);
        var (lowered, removed) = (await world.Cluster.GuestAsync("Lowered"), await world.Cluster.GuestAsync("Removed"));
        foreach (var person in new[] { lowered, removed }) await world.Owner.ShareAsync(world.Session, person);
        var low = await world.JoinAsync(Kinds[world.Random.Next(Kinds.Length)], lowered, here.Address);
        var gone = await world.JoinAsync(Kinds[world.Random.Next(Kinds.Length)], removed, here.Address);
        await world.Rig.SendAsync("start", new { clients = world.Editors.Take(2).Append(low).Append(gone).ToArray(), rate = 20 });
        await Pace.LastAsync(TimeSpan.FromSeconds(1));
        await SetRoleAsync(world, there, lowered, "viewer");
        var loweredAt = FaultWorld.Now;
        using (var http = FaultWorld.At(there, world.Owner))
        {
            using var taken = await http.DeleteAsync(new Uri($"api/sessions/{world.Session}/participants/{removed.Id}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        }
        var removedAt = FaultWorld.Now;
        world.Fire(id, new { low, gone, on = here.Name, by = there.Name });
        await Pace.LastAsync(limit + TimeSpan.FromSeconds(1));
        await world.StopTypingAsync();
        world.Evidence.Add((await world.Rig.SendAsync("history", new { })).GetProperty("events"));
        var end = FaultWorld.Now;
        world.Evidence.Forbidden.Add((low, loweredAt + limit.TotalMilliseconds, end));
        world.Evidence.Forbidden.Add((gone, removedAt + limit.TotalMilliseconds, end));
        var accepted = Longest(world, loweredAt, one => world.Evidence.Typed.TryGetValue(one.Token, out var by) && by.Client == low);
        var kept = Longest(world, removedAt, one => world.Evidence.Typed.TryGetValue(one.Token, out var by) && by.Client == gone);
        var told = Longest(world, removedAt, one => one.Client == gone);
        var took = TimeSpan.FromMilliseconds(Math.Max(accepted, Math.Max(kept, told)));
        world.Evidence.Times.Add(("something taken from or told to somebody without a right", took, limit));
        return took;
    }

    private static double Longest(FaultWorld world, double since, Func<(string Token, string Client, double At), bool> concerns) =>
        world.Evidence.Seen.Where(concerns).Select(one => one.At - since).Append(0).Max();
}
