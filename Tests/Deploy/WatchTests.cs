using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Threading.Channels;
using CollabHub.Hubs.Deployments;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Deploy;

/// <summary>What is seen of a deployment as it goes: the hub's stream and the log's events, who gets them and when they end.</summary>
[Collection(nameof(DockerTests))]
public class WatchTests(DockerEngine engine)
{
    private const string App = """
        import http.server, sys
        print('up', flush=True)
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                print('out', self.path, flush=True); print('err', self.path, file=sys.stderr, flush=True)
                self.send_response(204); self.end_headers()
            def log_message(self, *words): pass
        http.server.ThreadingHTTPServer(('0.0.0.0', 8000), App).serve_forever()
        """;

    [DockerTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_stream_tells_states_output_and_use_from_the_build_to_the_end(bool messagePack)
    {
        await using var rig = DeployRig.Start(engine, ("Deploy:Runtimes:python:Build", "python3 -c \"print('made', 2)\""));
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, "python", ("main.py", App));
        var id = DeployRig.Id(await DeployRig.DeployAsync(ada, session, "public"));
        await using var connection = await ada.HubAsync(messagePack, "hubs/deployments");
        await using var watch = new Watched(connection, id);

        var running = await watch.UntilAsync(frame => frame.Deployment?.Status == "running");
        Assert.Equal((id, "public", null), (running.Deployment!.DeploymentId, running.Deployment.Visibility, running.Deployment.Reason));
        await watch.UntilAsync(frame => frame is { Kind: "log", Source: "stdout", Text: "up" });
        using var app = rig.App(await DeployRig.GetAsync(ada, id));
        using (await app.GetAsync(new Uri("/one", UriKind.Relative)))
        {
            await watch.UntilAsync(frame => frame is { Kind: "log", Source: "stdout", Text: "out /one" });
            await watch.UntilAsync(frame => frame is { Kind: "log", Source: "stderr", Text: "err /one" });
        }
        var stats = (await watch.UntilAsync(frame => frame.Kind == "stats")).Stats!;
        Assert.True(stats is { MemoryBytes: > 0, MemoryLimitBytes: 100_663_296, Processes: > 0, CpuPercent: >= 0 }, $"{stats}");
        using (await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { reason = "enough" })) await watch.EndAsync();

        Assert.Contains(watch.All, frame => frame is { Kind: "log", Source: "build", Text: "made 2" });
        var states = watch.All.Where(frame => frame.Kind == "status").Select(frame => frame.Deployment!.Status).Distinct().ToList();
        string[] order = ["pending", "building", "starting", "running", "stopping", "stopped"];
        Assert.Equal(states.OrderBy(state => Array.IndexOf(order, state)), states);
        Assert.Equal(("stopped", "status"), (states[^1], watch.All[0].Kind));
        Assert.Equal(("user", "enough"), (watch.All.Last(frame => frame.Kind == "status").Deployment!.Reason, watch.All.Last(frame => frame.Kind == "status").Deployment!.Detail));
        // Over: what was is told to whoever asks later, and the stream ends.
        await using var late = new Watched(connection, id);
        await late.EndAsync();
        Assert.Equal("stopped", late.All[0].Deployment!.Status);
        Assert.Contains(late.All, frame => frame is { Kind: "log", Source: "build", Text: "made 2" });
        Assert.Contains(late.All, frame => frame is { Kind: "log", Text: "out /one" });
        Assert.DoesNotContain(late.All, frame => frame.Kind == "stats");
    }

    [DockerFact]
    public async Task Who_may_use_an_app_may_watch_it_and_a_right_that_is_taken_away_ends_it()
    {
        await using var rig = DeployRig.Start(engine);
        var (ada, bob, eve) = (await rig.Hub.RegisterAsync("ada"), await rig.Hub.RegisterAsync("bob"), await rig.Hub.RegisterAsync("eve"));
        var cleo = await rig.Hub.RegisterAsync("cleo");
        var (session, _) = await DeployRig.SessionAsync(ada, "python", ("main.py", App));
        await ada.ShareAsync(session, bob, "viewer");
        await ada.ShareAsync(session, cleo);
        var id = DeployRig.Id(await DeployRig.RunAsync(ada, session, "members"));
        await using var bobs = await bob.HubAsync(messagePack: true, "hubs/deployments");
        await using var eves = await eve.HubAsync(messagePack: true, "hubs/deployments");
        await using var cleos = await cleo.HubAsync(messagePack: true, "hubs/deployments");
        await using var viewer = new Watched(bobs, id);
        await using var editor = new Watched(cleos, id);
        await viewer.UntilAsync(frame => frame.Deployment?.Status == "running");
        await editor.UntilAsync(frame => frame.Deployment?.Status == "running");
        using var events = await FollowAsync(bob, id);
        await using var stranger = new Watched(eves, id);
        Assert.Contains("deployment.not_found", (await Assert.ThrowsAsync<HubException>(stranger.EndAsync)).Message, StringComparison.Ordinal);
        using (var refused = await FollowAsync(eve, id)) await refused.ProblemAsync(HttpStatusCode.NotFound, "deployment.not_found");

        // Private now: a viewer of the session sees that it runs, and no more.
        using (var hidden = await ada.Http.PatchAsJsonAsync($"api/deployments/{id}", new { visibility = "private" })) await hidden.OkAsync();
        await viewer.EndAsync();
        await events.Content.ReadAsStringAsync();
        await using var again = new Watched(bobs, id);
        Assert.Contains("access.role_too_weak", (await Assert.ThrowsAsync<HubException>(again.EndAsync)).Message, StringComparison.Ordinal);
        using (var refused = await FollowAsync(bob, id)) await refused.ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");

        using (var removed = await ada.Http.DeleteAsync(new Uri($"api/sessions/{session}/participants/{cleo.Id}", UriKind.Relative))) Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await editor.EndAsync();
    }

    [DockerFact]
    public async Task Events_follow_the_log_and_end_with_the_app()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, "python", ("main.py", App));
        var running = await DeployRig.RunAsync(ada, session, "public");
        var id = DeployRig.Id(running);
        using var app = rig.App(running);
        using var answer = await FollowAsync(ada, id);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var events = new Events(answer);
        using (await app.GetAsync(new Uri("/one", UriKind.Relative))) await events.UntilAsync("stderr: err /one");
        Assert.Equal("status: running", events.All[0]);
        Assert.Contains(events.All, line => line.StartsWith("build: Copying 1 files", StringComparison.Ordinal));
        Assert.Contains("stdout: up", events.All);
        using (await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { })) await events.EndAsync();
        Assert.Equal("status: stopped", events.All.Last(line => line.StartsWith("status", StringComparison.Ordinal)));
        Assert.Single(events.All, "stdout: out /one");

        // Over: all of it once more, and the end.
        using var over = await FollowAsync(ada, id);
        using var late = new Events(over);
        await late.EndAsync();
        Assert.Equal("status: stopped", late.All[0]);
        Assert.Contains(late.All, line => line.EndsWith("out /one", StringComparison.Ordinal));
        using var none = await ada.Http.GetAsync(new Uri($"api/deployments/{id}/logs?tail=0", UriKind.Relative));
        await none.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    private static async Task<HttpResponseMessage> FollowAsync(TestUser user, Guid id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/deployments/{id}/logs");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return await user.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The frames of one watched deployment.</summary>
    private sealed class Watched : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new(Eventually.Patience);
        private readonly Task<ChannelReader<WatchFrame>> _frames;

        public Watched(HubConnection connection, Guid id) => _frames = connection.StreamAsChannelAsync<WatchFrame>("WatchDeployment", id, _stop.Token);

        public List<WatchFrame> All { get; } = [];

        /// <summary>The first frame that fits; log and state come in no order between them.</summary>
        public async Task<WatchFrame> UntilAsync(Func<WatchFrame, bool> fits)
        {
            while (true)
            {
                if (All.FirstOrDefault(fits) is { } found) return found;
                All.Add(await (await _frames).ReadAsync(_stop.Token));
            }
        }

        public async Task EndAsync()
        {
            await foreach (var frame in (await _frames).ReadAllAsync(_stop.Token)) All.Add(frame);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _stop.Dispose();
        }
    }

    /// <summary>Server-sent events as <c>name: data</c>.</summary>
    private sealed class Events(HttpResponseMessage answer) : IDisposable
    {
        private readonly CancellationTokenSource _limit = new(Eventually.Patience);
        private StreamReader? _reader;

        public List<string> All { get; } = [];

        public async Task UntilAsync(string line)
        {
            while (!All.Contains(line)) Assert.True(await NextAsync(), $"The events ended: {string.Join('\n', All)}");
        }

        public async Task EndAsync()
        {
            while (await NextAsync()) Assert.NotEmpty(All);
        }

        public void Dispose()
        {
            _limit.Dispose();
            answer.Dispose();
        }

        private async Task<bool> NextAsync()
        {
            _reader ??= new StreamReader(await answer.Content.ReadAsStreamAsync(_limit.Token));
            var (name, data) = ("", "");
            while (await _reader.ReadLineAsync(_limit.Token) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
                else if (line.Length == 0)
                {
                    All.Add($"{name}: {data}");
                    return true;
                }
            }
            return false;
        }
    }
}
