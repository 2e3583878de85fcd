using System.Net;
using System.Net.Http.Json;
using CollabHub.Tests.Functional;

namespace CollabHub.Tests.Deploy;

/// <summary>The engine absent, frozen, killed and back again, without a restart of the server.</summary>
[Collection(nameof(DockerTests))]
public class EngineAwayTests(DockerEngine engine)
{
    [Fact]
    public async Task Without_an_engine_everything_else_works_and_deploying_says_so()
    {
        await using var hub = TestHub.Start(("Deploy:DockerEndpoint", "unix:///nonexistent/docker.sock"), ("Deploy:HostFirewall", "managed"));
        var ada = await hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, null, ("index.html", "hello"));
        using var refused = await ada.Http.PostAsJsonAsync($"api/sessions/{session}/deployments", new { });
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "deploy.engine_unavailable");
        Assert.NotNull(refused.Headers.RetryAfter);
        await Eventually.TrueAsync(() => hub.Log.Lines.Any(line => line.Contains("No container engine answers", StringComparison.Ordinal)));
        using var ready = await hub.Anonymous.GetAsync(new Uri("healthz/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [DockerFact]
    public async Task A_frozen_engine_is_answered_for_and_a_killed_one_costs_its_apps_and_nothing_more()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, null, ("index.html", "hello"));
        var running = await DeployRig.RunAsync(ada, session, "public");
        var id = DeployRig.Id(running);
        using var app = rig.App(running);

        await engine.FreezeAsync(frozen: true);
        try
        {
            using var refused = await ada.Http.PostAsJsonAsync($"api/sessions/{session}/deployments", new { });
            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "deploy.engine_unavailable");
            // What runs is still what the row says, and still reached.
            Assert.Equal("hello", await app.GetStringAsync(new Uri("/", UriKind.Relative)));
            Assert.Equal("running", (await DeployRig.GetAsync(ada, id)).GetProperty("status").GetString());
        }
        finally
        {
            await engine.FreezeAsync(frozen: false);
        }
        var (other, _) = await DeployRig.SessionAsync(ada, null, ("index.html", "stopped meanwhile"));
        var stopping = DeployRig.Id(await DeployRig.RunAsync(ada, other));
        engine.Kill();
        using (var refused = await ada.Http.PostAsJsonAsync($"api/sessions/{session}/deployments", new { })) await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "deploy.engine_unavailable");
        using (var noted = await ada.Http.PostAsJsonAsync($"api/deployments/{stopping}/stop", new { })) Assert.Equal("stopping", (await noted.OkAsync(HttpStatusCode.Accepted)).GetProperty("status").GetString());
        Assert.Equal("stopping", (await DeployRig.GetAsync(ada, stopping)).GetProperty("status").GetString());
        await engine.StartAgainAsync();

        var lost = await DeployRig.EndAsync(ada, id);
        Assert.Equal(("failed", "engine_lost"), (lost.GetProperty("status").GetString(), lost.GetProperty("reason").GetString()));
        Assert.Equal("user", (await DeployRig.EndAsync(ada, stopping)).GetProperty("reason").GetString());
        Assert.Empty(await engine.OfAsync(id));
        Assert.Empty(await engine.OfAsync(stopping));
        using var past = await ada.Http.GetAsync(new Uri($"api/sessions/{session}/past-deployments", UriKind.Relative));
        Assert.Equal("engine_lost", Assert.Single((await past.OkAsync()).GetProperty("items").EnumerateArray()).GetProperty("reasonForStop").GetString());
        var again = await DeployRig.RunAsync(ada, session, "public");
        Assert.Equal("hello", await rig.App(again).GetStringAsync(new Uri("/", UriKind.Relative)));
    }
}
