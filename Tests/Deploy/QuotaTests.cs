using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Clients;
using Xunit.Abstractions;

namespace CollabHub.Tests.Deploy;

/// <summary>How much there may be, and what ends what nobody wants any more. A hundred apps at once with COLLABHUB_LONG, else twelve.</summary>
[Collection(nameof(DockerTests))]
public class QuotaTests(DockerEngine engine, ITestOutputHelper output)
{
    private static readonly int Many = NodeRig.IsLong ? 100 : 12;
    private static readonly int Room = NodeRig.IsLong ? 90 : 8;

    [DockerFact]
    public async Task Many_at_once_stay_within_the_bounds_and_share_no_name_and_no_address()
    {
        await using var rig = DeployRig.Start(engine, ("Limits:AppsPerNode", $"{Room}"), ("Limits:AppsPerUser", "1"), ("Deploy:StartSeconds", "600"));
        var people = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => rig.Hub.RegisterAsync($"user{i}")));
        var sessions = await Task.WhenAll(people.Select(person => DeployRig.SessionAsync(person, null, ("index.html", person.Username))));
        var since = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(people.Select((person, i) => person.Http.PostAsJsonAsync($"api/sessions/{sessions[i].Session}/deployments", new { visibility = "public" })));
        Assert.Equal(Room, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Accepted)) await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "deploy.node_full");
        var ids = new List<Guid>();
        for (var i = 0; i < Many; i++)
        {
            if (answers[i].StatusCode != HttpStatusCode.Accepted) continue;
            var running = await DeployRig.ReachAsync(people[i], DeployRig.Id(await answers[i].OkAsync(HttpStatusCode.Accepted)), "running");
            ids.Add(DeployRig.Id(running));
            using var app = rig.App(running);
            Assert.Equal(people[i].Username, await app.GetStringAsync(new Uri("/", UriKind.Relative)));
        }
        output.WriteLine($"{Many} asked for at once, {ids.Count} running after {Stopwatch.GetElapsedTime(since).TotalSeconds:F0} s");
        var seen = await Task.WhenAll(ids.Select(engine.InspectAsync));
        Assert.Equal(Room, seen.Select(container => container.Name).Distinct().Count());
        Assert.Equal(Room, seen.Select(container => container.NetworkSettings.Networks.Single().Value.IPAddress).Distinct().Count());

        var lucky = Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.Accepted);
        var (second, _) = await DeployRig.SessionAsync(people[lucky], null, ("index.html", "one too many"));
        using var over = await people[lucky].Http.PostAsJsonAsync($"api/sessions/{second}/deployments", new { });
        await over.ProblemAsync(HttpStatusCode.Conflict, "quota.deployments");
        foreach (var answer in answers) answer.Dispose();
    }

    [DockerFact]
    public async Task What_nobody_uses_is_announced_and_stops_and_the_end_of_its_session_or_workspace_or_right_ends_an_app()
    {
        await using var rig = DeployRig.Start(engine, ("Deploy:IdleSeconds", "20"), ("Deploy:IdleWarningSeconds", "15"));
        var (ada, bob) = (await rig.Hub.RegisterAsync("ada"), await rig.Hub.RegisterAsync("bob"));
        var ended = await DeployRig.SessionAsync(ada, null, ("index.html", "a"));
        var archived = await DeployRig.SessionAsync(ada, null, ("index.html", "b"));
        var revoked = await DeployRig.SessionAsync(ada, null, ("index.html", "c"));
        await Functional.Editing.LiveClients.ShareAsync(ada, revoked.Session, bob);
        // Each ends as soon as it runs: while the next one comes up, nobody uses it either.
        await EndsAsync("session_ended", ada, ended.Session, () => ada.Http.PostAsync(new Uri($"api/sessions/{ended.Session}/end", UriKind.Relative), null));
        await EndsAsync("workspace_archived", ada, archived.Session, () => ada.Http.PostAsync(new Uri($"api/workspaces/{archived.Workspace}/archive", UriKind.Relative), null));
        await EndsAsync("permission_revoked", bob, revoked.Session, () => ada.Http.DeleteAsync(new Uri($"api/sessions/{revoked.Session}/participants/{bob.Id}", UriKind.Relative)));

        var (session, _) = await DeployRig.SessionAsync(ada, null, ("index.html", "d"));
        var idle = DeployRig.Id(await DeployRig.RunAsync(ada, session));
        await DeployRig.WaitAsync(async () => (await DeployRig.GetAsync(ada, idle)).GetProperty("idleStopAt").ValueKind == System.Text.Json.JsonValueKind.String);
        // Used again, it goes on.
        using var app = rig.App(await DeployRig.GetAsync(ada, idle));
        await DeployRig.EnterAsync(app, ada, idle);
        await app.GetStringAsync(new Uri("/", UriKind.Relative));
        await DeployRig.WaitAsync(async () => (await DeployRig.GetAsync(ada, idle)).GetProperty("idleStopAt").ValueKind == System.Text.Json.JsonValueKind.Null);
        Assert.Equal("idle_timeout", (await DeployRig.EndAsync(ada, idle)).GetProperty("reason").GetString());

        async Task EndsAsync(string reason, TestUser by, Guid of, Func<Task<HttpResponseMessage>> end)
        {
            var id = DeployRig.Id(await DeployRig.RunAsync(by, of));
            using (await end()) Assert.Equal(reason, (await DeployRig.EndAsync(ada, id)).GetProperty("reason").GetString());
        }
    }
}
