using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CollabHub.Hubs.Deployments;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;
using Docker.DotNet.Models;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit.Abstractions;

namespace CollabHub.Tests.Deploy;

/// <summary>What has to be told or taken away soon, measured when nothing else runs.</summary>
[Collection(nameof(TimedDocker))]
public class InTimeTests(DockerEngine engine, ITestOutputHelper output)
{
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TakenAway = TimeSpan.FromSeconds(1);

    // Well below the 10 s that a call to an engine may take.
    private static readonly TimeSpan EngineMissed = TimeSpan.FromSeconds(8);

    private const string Endless = """
        import http.server, time
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers()
                while self.path == '/endless': self.wfile.write(b'tick'); self.wfile.flush(); time.sleep(0.02)
        http.server.ThreadingHTTPServer(('0.0.0.0', 8000), App).serve_forever()
        """;

    [DockerFact]
    public async Task Apps_that_run_and_then_fail_say_why_within_ten_seconds()
    {
        await using var rig = DeployRig.Start(engine, ("Deploy:UnhealthySeconds", "3"), ("Deploy:BusySeconds", "4"), ("Deploy:BusyPercent", "20"));
        var ada = await rig.Hub.RegisterAsync("ada");
        await Task.WhenAll(
            MisbehavesAsync(rig, ada, "    while True: pass", "unhealthy", "20 % or more of the processor time"),
            MisbehavesAsync(rig, ada, "    os._exit(3)", "crashed", "exited with code 3"),
            MisbehavesAsync(rig, ada, "    x = []\n    while True: x.append(bytearray(10_000_000))", "oom_killed", "more memory"),
            MisbehavesAsync(rig, ada, "    server.shutdown(); server.server_close()", "unhealthy", "has not answered"),
            KilledAsync(ada));
    }

    [DockerFact]
    public async Task Who_may_not_use_an_app_any_more_is_cut_off_from_all_of_it_within_a_second()
    {
        await using var rig = DeployRig.Start(engine);
        var (ada, bob) = (await rig.Hub.RegisterAsync("ada"), await rig.Hub.RegisterAsync("bob"));
        var (session, _) = await DeployRig.SessionAsync(ada, "python", ("main.py", Endless));
        await ada.ShareAsync(session, bob, "viewer");
        var running = await DeployRig.RunAsync(ada, session, "members");
        var id = DeployRig.Id(running);
        using var app = rig.App(running);
        await DeployRig.EnterAsync(app, bob, id);
        using var answer = await app.GetAsync(new Uri("/endless", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/deployments/{id}/logs");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var events = await bob.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var connection = await bob.HubAsync(messagePack: true, "hubs/deployments");
        var frames = await connection.StreamAsChannelAsync<WatchFrame>("WatchDeployment", id);
        await frames.ReadAsync();
        var ends = new Dictionary<string, Task<long>>
        {
            ["answer of the app"] = EndOfAsync(answer), ["events of the log"] = EndOfAsync(events), ["stream of the hub"] = EndOfAsync(frames),
        };
        Assert.DoesNotContain(ends.Values, end => end.IsCompleted);

        var since = Stopwatch.GetTimestamp();
        using (var removed = await ada.Http.DeleteAsync(new Uri($"api/sessions/{session}/participants/{bob.Id}", UriKind.Relative))) Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        foreach (var (what, end) in ends)
        {
            var took = Stopwatch.GetElapsedTime(since, await end.WaitAsync(Eventually.Patience));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {took.TotalMilliseconds:F0} ms"));
            Assert.True(took < TakenAway, $"{what} ended after {took}");
        }
    }

    [DockerFact]
    public async Task A_frozen_engine_is_answered_for_soon()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, null, ("index.html", "hello"));
        await engine.FreezeAsync(frozen: true);
        try
        {
            var since = Stopwatch.GetTimestamp();
            using var refused = await ada.Http.PostAsJsonAsync($"api/sessions/{session}/deployments", new { });
            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "deploy.engine_unavailable");
            Assert.True(Stopwatch.GetElapsedTime(since) < EngineMissed, $"answered after {Stopwatch.GetElapsedTime(since)}");
        }
        finally
        {
            await engine.FreezeAsync(frozen: false);
        }
    }

    private async Task MisbehavesAsync(DeployRig rig, TestUser user, string how, string reason, string detail)
    {
        var id = await BadApp.RunAsync(user, how);
        await BadApp.MisbehaveAsync(rig, user, id);
        await EndsInTimeAsync(user, id, reason, detail);
    }

    private async Task KilledAsync(TestUser user)
    {
        var id = await BadApp.RunAsync(user, "    pass");
        await engine.Client.Containers.KillContainerAsync(DeployRig.Name(id), new ContainerKillParameters());
        await EndsInTimeAsync(user, id, "crashed", "killed by signal 9");
    }

    private async Task EndsInTimeAsync(TestUser user, Guid id, string reason, string detail)
    {
        var since = Stopwatch.GetTimestamp();
        await DeployRig.WaitAsync(async () => (await DeployRig.GetAsync(user, id)).GetProperty("reason").GetString() == reason);
        var took = Stopwatch.GetElapsedTime(since);
        Assert.True(took < Told, $"{reason} took {took}");
        var end = await DeployRig.EndAsync(user, id);
        Assert.Equal("failed", end.GetProperty("status").GetString());
        Assert.Contains(detail, end.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(await engine.OfAsync(id));
    }

    private static Task<long> EndOfAsync(HttpResponseMessage answer) => EndAsync(async () =>
    {
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[4096];
        while (await body.ReadAsync(buffer) > 0) { }
    });

    private static Task<long> EndOfAsync(System.Threading.Channels.ChannelReader<WatchFrame> frames) => EndAsync(async () =>
    {
        await foreach (var _ in frames.ReadAllAsync()) { }
    });

    /// <summary>When it was over (Stopwatch ticks), in whatever way.</summary>
    private static async Task<long> EndAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or HubException)
        {
            // Cut off is an end, too.
        }
        return Stopwatch.GetTimestamp();
    }
}
