using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CollabHub.Tests.Functional;

namespace CollabHub.Tests.Deploy;

/// <summary>From files to an app and into its history.</summary>
[Collection(nameof(DockerTests))]
public class FirstDeploymentTests(DockerEngine engine)
{
    private const string Counter = """
        import http.server, os, pathlib
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                print('asked for', self.path, flush=True)
                body = ('hello 1 ' + pathlib.Path('/app/data/note.txt').read_text()).encode()
                self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
            def log_message(self, *a): pass
        http.server.ThreadingHTTPServer(('0.0.0.0', int(os.environ['PORT'])), App).serve_forever()
        """;

    [DockerFact]
    public async Task Files_become_an_app_that_answers_is_opened_by_ticket_stopped_and_remembered()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, workspace) = await DeployRig.SessionAsync(ada, "python", ("main.py", Counter), ("data/note.txt", "größer 😀"));
        var deployed = await DeployRig.DeployAsync(ada, session);
        Assert.Equal("pending", deployed.GetProperty("status").GetString());
        var id = DeployRig.Id(deployed);
        var running = await DeployRig.ReachAsync(ada, id, "running");
        Assert.Equal("python", running.GetProperty("runtime").GetString());
        Assert.Equal($"http://{id}.apps.localhost:{rig.Hub.BaseAddress.Port}/", running.GetProperty("deploymentUrl").GetString());

        // What runs is kept as a version of each file.
        var files = await (await ada.Http.GetAsync(new Uri($"api/workspaces/{workspace}/files", UriKind.Relative))).OkAsync();
        foreach (var file in files.GetProperty("items").EnumerateArray())
        {
            var versions = await (await ada.Http.GetAsync(new Uri($"api/workspaces/{workspace}/files/{file.GetProperty("fileId").GetGuid()}/versions", UriKind.Relative))).OkAsync();
            var version = Assert.Single(versions.GetProperty("items").EnumerateArray());
            Assert.Equal(("automatic", "Deployed"), (version.GetProperty("kind").GetString(), version.GetProperty("name").GetString()));
        }

        using var app = rig.App(running);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        await DeployRig.EnterAsync(app, ada, id);
        Assert.Equal("hello 1 größer 😀", await app.GetStringAsync(new Uri("/?x=1", UriKind.Relative)));
        var logs = await DeployRig.LogsAsync(ada, id);
        Assert.Contains("Copying 2 files", logs, StringComparison.Ordinal);
        Assert.Contains("asked for /?x=1", logs, StringComparison.Ordinal);

        using var stopped = await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { });
        Assert.Equal("stopping", (await stopped.OkAsync(HttpStatusCode.Accepted)).GetProperty("status").GetString());
        var end = await DeployRig.EndAsync(ada, id);
        Assert.Equal(("stopped", "user"), (end.GetProperty("status").GetString(), end.GetProperty("reason").GetString()));
        var past = Assert.Single((await PastAsync(ada, session)).EnumerateArray());
        Assert.Equal((id, "user", 0), (past.GetProperty("originalDeploymentId").GetGuid(), past.GetProperty("reasonForStop").GetString(), past.GetProperty("totalRuntimeMinutes").GetInt32()));
        Assert.Contains("asked for /?x=1", await DeployRig.LogsAsync(ada, id), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        Assert.Empty(await engine.OfAsync(id));
    }

    private static async Task<JsonElement> PastAsync(TestUser user, Guid session)
    {
        using var answer = await user.Http.GetAsync(new Uri($"api/sessions/{session}/past-deployments", UriKind.Relative));
        return (await answer.OkAsync()).GetProperty("items");
    }
}
