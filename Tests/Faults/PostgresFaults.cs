using System.Net;
using CollabHub.Tests.Faults.Rig;

namespace CollabHub.Tests.Faults;

/// <summary>F20, F21: the store goes, wholly or in the middle of an answer.</summary>
internal static class PostgresFaults
{
    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new("F20", "Postgres down", DownAsync),
        new("F21", "connections cut before the answer to a commit", CutAsync),
    ];

    private static async Task<TimeSpan?> DownAsync(FaultWorld world)
    {
        world.Cluster.Postgres.Kill();
        // What was committed in the last moment may be told a moment later.
        await Pace.LastAsync(TimeSpan.FromSeconds(1));
        world.Fire("F20");
        var (from, before) = (FaultWorld.Now, world.Evidence.Saved.Count);
        await world.ProbeErrorsAsync();
        using (var http = FaultWorld.At(world.Cluster.Nodes[0], world.Owner))
        {
            using var refused = await http.PutAsync(new Uri($"api/workspaces/{world.Workspace}/files/{Guid.NewGuid()}/content", UriKind.Relative), new StringContent("x"));
            world.Evidence.Answers.Add(((int)refused.StatusCode, $"{refused.Content.Headers.ContentType}", await refused.Content.ReadAsStringAsync()));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }
        await Pace.LastAsync(TimeSpan.FromSeconds(Math.Min(25, world.OutageSeconds / 2.0)));
        var to = FaultWorld.Now;
        world.Evidence.Add((await world.Rig.SendAsync("history", new { })).GetProperty("events"));
        world.Evidence.FalselySaved.AddRange(world.Evidence.Saved.Where(saved => saved.Value > from && saved.Value < to).Select(saved => saved.Key));
        world.History.Add("saved before and after", $"{before} {world.Evidence.Saved.Count}");
        world.Cluster.Postgres.StartAgain();
        return await world.ProbeAsync(TimeSpan.FromSeconds(15), "an edit after Postgres is back");
    }

    private static async Task<TimeSpan?> CutAsync(FaultWorld world)
    {
        var cuts = world.Cluster.Nodes.Sum(node => node.Postgres!.Cuts);
        for (var times = 0; times < 12; times++)
        {
            world.Cluster.Any(world.Random).Postgres!.CutAnswersAfter(1 + world.Random.Next(2000));
            await Pace.LastAsync(TimeSpan.FromMilliseconds(300));
        }
        await world.ProbeErrorsAsync();
        foreach (var node in world.Cluster.Nodes) node.Postgres!.CutAnswersAfter(0);
        for (var times = world.Cluster.Nodes.Sum(node => node.Postgres!.Cuts) - cuts; times > 0; times--) world.Fire("F21");
        return await world.ProbeAsync(TimeSpan.FromSeconds(10), "an edit after the cuts");
    }
}
