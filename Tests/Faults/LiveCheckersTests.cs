using CollabHub.Tests.Faults.Rig;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Faults;

/// <summary>The checkers on what real clients and nodes did: where all is well they find nothing, and each finds what is planted for it.</summary>
[Collection(nameof(Timed))]
public sealed class LiveCheckersTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-checkers-");

    [Fact]
    public async Task Each_checker_finds_what_is_planted_in_a_live_cluster_and_nothing_before()
    {
        await using var cluster = await FaultCluster.StartAsync(2);
        await using var world = await FaultWorld.StartAsync(cluster, new History(Path.Combine(_directory.FullName, "history")), seed: 1, outageSeconds: 1);
        await world.BeginAsync();
        await world.TypeAsync();
        await Pace.LastAsync(TimeSpan.FromSeconds(3));
        await world.ProbeErrorsAsync();
        await world.StopTypingAsync();
        await world.LookAsync();
        Assert.Empty(world.Evidence.Judge());
        Assert.NotEmpty(world.Evidence.Saved);
        Assert.NotEmpty(world.Evidence.Streams);

        await world.BeginAsync();
        var (lost, doubled, swapped) = await PlantInTheTextAsync(world);
        await using var ghost = new Resident(world.Someone, cluster.Nodes[1].Address, world.Session);
        await Pace.UntilAsync(Eventually.Patience, () => "the second tab is not in", () => Task.FromResult(ghost.IsIn));
        var spy = await world.Cluster.GuestAsync("Spy");
        await world.Owner.ShareAsync(world.Session, spy, "viewer");
        await world.AddAsync("spy", "y-websocket-3", spy, world.File, cluster.Address, world.Evidence.Canary);
        world.Evidence.Received.Add((await world.Rig.StateAsync("spy")).GetProperty("text").GetString()!);
        Assert.True((await world.Rig.StateAsync("spy")).GetProperty("leaks").GetInt32() > 0);
        await world.LookAsync();
        await AccessFaults.SetRoleAsync(world, cluster.Nodes[1], world.Someone, "viewer");
        world.Evidence.Roles.Add((cluster.Nodes[1].Name, $"{world.Someone.Id}", "viewer"));
        await PlantAroundAsync(world);

        var found = world.Evidence.Judge();
        Assert.Contains($"C2 {lost} was saved and is lost", found);
        Assert.Contains($"C3 {doubled} is there 2 times", found);
        Assert.Contains("C4 ⟦p98:000001⟧ was never typed", found);
        Assert.Contains($"C5 {swapped} is out of order", found);
        foreach (var checker in new[] { "C1", "C6 node", "C7", "C8", "C12", "C13", "C14", "C15", "C16" })
            Assert.True(found.Any(one => one.StartsWith(checker, StringComparison.Ordinal)), $"{checker} found nothing:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void An_acknowledgement_that_could_not_be_meant_is_found()
    {
        var evidence = new Evidence();
        evidence.Texts["the log"] = "";
        evidence.FalselySaved.Add("⟦p01:000001⟧");
        Assert.StartsWith("G10", Assert.Single(evidence.Judge()), StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    // Somebody with all rights takes out a line, doubles one, adds one of nobody, and swaps two of one author: an edit like any other.
    private static async Task<(string Lost, string Doubled, string Swapped)> PlantInTheTextAsync(FaultWorld world)
    {
        var lines = (await world.Owner.TextAsync(world.Workspace, world.File)).Split('\n').ToList();
        var authors = lines.Where(line => line.StartsWith('⟦')).GroupBy(line => line[1..4]).Where(author => author.Count() >= 2).ToList();
        var (lost, doubled, swapped) = (authors[0].First(), authors[1].First(), authors[2].ToList());
        lines.Remove(lost);
        lines.Insert(lines.IndexOf(doubled), doubled);
        var (first, second) = (lines.IndexOf(swapped[0]), lines.IndexOf(swapped[1]));
        (lines[first], lines[second]) = (lines[second], lines[first]);
        lines.Insert(1, "⟦p98:000001⟧");
        using var put = await world.Owner.Http.PutAsync(
            new Uri($"api/workspaces/{world.Workspace}/files/{world.File}/content", UriKind.Relative), new StringContent(string.Join('\n', lines)));
        Assert.True(put.IsSuccessStatusCode, $"{put.StatusCode}: {await put.Content.ReadAsStringAsync()}");
        return (lost, doubled, swapped[0][1..4]);
    }

    private static async Task PlantAroundAsync(FaultWorld world)
    {
        var evidence = world.Evidence;
        // Somebody who is offline has not seen the last words.
        var offline = world.Editors[0];
        await world.Rig.SendAsync("disconnect", new { client = offline, how = "abrupt" });
        await world.Rig.TypeAsync(world.Editors[1], "more\n");
        await world.Rig.SendAsync("settled", new { client = world.Editors[1] });
        evidence.Texts[world.Editors[1]] = await world.Rig.TextAsync(world.Editors[1]);
        // Connections that nobody closes.
        var (before, node) = (evidence.Resources[0], world.Cluster.Nodes[0]);
        var idle = new List<System.Net.Sockets.TcpClient>();
        for (var i = 0; i < 300; i++)
        {
            idle.Add(new System.Net.Sockets.TcpClient("127.0.0.1", node.Direct.Port));
            await idle[^1].GetStream().WriteAsync("G"u8.ToArray());
        }
        await Pace.HoldsWithinAsync(TimeSpan.FromSeconds(10), () => Task.FromResult(Directory.GetFiles($"/proc/{node.Id}/fd").Length > before.Before * 1.2));
        evidence.Resources.Add(before with { After = Directory.GetFiles($"/proc/{node.Id}/fd").Length });
        foreach (var client in idle) client.Dispose();
        // A page of the balancer instead of a problem of ours.
        foreach (var one in world.Cluster.Nodes) one.Front.Cut(refuse: true);
        using (var http = new HttpClient { BaseAddress = world.Cluster.Address })
        {
            using var answer = await http.GetAsync(new Uri("api/workspaces", UriKind.Relative));
            evidence.Answers.Add(((int)answer.StatusCode, $"{answer.Content.Headers.ContentType}", await answer.Content.ReadAsStringAsync()));
        }
        foreach (var one in world.Cluster.Nodes) one.Front.Open();
        evidence.Times.Add(("something", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        // What everyone's edits took over lines that are slow from now on.
        var quick = await TookAsync(world, offline);
        foreach (var one in world.Cluster.Nodes) one.Front.Delay = TimeSpan.FromMilliseconds(600);
        evidence.Latencies = ([quick], [await TookAsync(world, offline)]);
        foreach (var one in world.Cluster.Nodes) one.Front.Delay = TimeSpan.Zero;
        evidence.Streams.Add([.. evidence.Streams[0].Skip(1)]);
    }

    private static async Task<double> TookAsync(FaultWorld world, string offline)
    {
        string[] clients = [.. world.Editors.Where(client => client != offline && client.StartsWith("y-websocket", StringComparison.Ordinal))];
        foreach (var client in clients) await world.Rig.SendAsync("settled", new { client });
        return (await world.Rig.SendAsync("probe", new { client = clients[0], clients })).GetProperty("seenMs").GetDouble();
    }
}
