using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Clients;
using Docker.DotNet.Models;

namespace CollabHub.Tests.Deploy;

/// <summary>The server killed like by a power cut at every step of a deployment: the next start finds each where it stood.</summary>
[Collection(nameof(DockerTests))]
public sealed class ServerKilledTests(DockerEngine engine) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-killed-");

    [DockerFact]
    public async Task After_each_kill_no_orphan_and_no_ghost_is_left_and_the_deployment_goes_on()
    {
        var others = await engine.AllAsync();
        var server = await StartAsync();
        try
        {
            using var registered = await server.Http.PostAsJsonAsync("api/auth/register", new { email = "ada@example.org", username = "ada", password = TestUser.Password });
            var first = TestUser.From(await registered.OkAsync(System.Net.HttpStatusCode.Created), server.Http.BaseAddress!);
            var (session, _) = await DeployRig.SessionAsync(first, "python", ("build.py", "import time; time.sleep(0.7); print('built')"), ("main.py", "import time; time.sleep(0.7)\nimport http.server\nhttp.server.test(http.server.SimpleHTTPRequestHandler, port=8000)"));
            // Each status in turn, and moments between them: the kill comes while the step is under way.
            foreach (var (status, then) in new[] { ("pending", 0), ("building", 0), ("building", 150), ("starting", 0), ("starting", 150), ("running", 0), ("stopping", 0) })
            {
                var ada = As(first, server.Http.BaseAddress!);
                var id = DeployRig.Id(await DeployRig.DeployAsync(ada, session));
                if (status == "stopping")
                {
                    await DeployRig.ReachAsync(ada, id, "running");
                    using var stopped = await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { });
                }
                else if (status != "pending")
                {
                    await DeployRig.WaitAsync(async () => (await DeployRig.GetAsync(ada, id)).GetProperty("status").GetString() == status);
                    await server.LivesAsync(TimeSpan.FromMilliseconds(then));
                }
                server.Kill();
                server = await StartAsync();
                ada = As(first, server.Http.BaseAddress!);
                if (status == "stopping") Assert.Equal("user", (await DeployRig.EndAsync(ada, id)).GetProperty("reason").GetString());
                else await DeployRig.ReachAsync(ada, id, "running");
            }
            var last = As(first, server.Http.BaseAddress!);
            // The one before was stopped, and those before it replaced each other: exactly once in the history, and nothing on the engine.
            using var listed = await last.Http.GetAsync(new Uri($"api/sessions/{session}/deployments", UriKind.Relative));
            var all = (await listed.OkAsync()).GetProperty("items").EnumerateArray().Select(DeployRig.Id).ToList();
            foreach (var id in all) await DeployRig.EndAsync(last, id);
            using var past = await last.Http.GetAsync(new Uri($"api/sessions/{session}/past-deployments", UriKind.Relative));
            var history = (await past.OkAsync()).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("originalDeploymentId").GetGuid()).ToList();
            Assert.Equal(all.Order(), history.Order());
            await DeployRig.WaitAsync(async () => !(await engine.AllAsync()).Except(others).Any());
        }
        finally
        {
            server.Kill();
        }
    }

    [DockerFact]
    public async Task What_a_killed_server_left_without_a_row_goes_with_the_next_start_and_what_others_made_stays()
    {
        var server = await StartAsync();
        var (lost, others) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        try
        {
            using var registered = await server.Http.PostAsJsonAsync("api/auth/register", new { email = "ada@example.org", username = "ada", password = TestUser.Password });
            var ada = TestUser.From(await registered.OkAsync(System.Net.HttpStatusCode.Created), server.Http.BaseAddress!);
            var (session, _) = await DeployRig.SessionAsync(ada, null, ("index.html", "here"));
            var id = DeployRig.Id(await DeployRig.RunAsync(ada, session));
            var installation = (await engine.Client.Networks.InspectNetworkAsync(DeployRig.Name(id))).Labels["collabhub.installation"];
            server.Kill();
            await LeaveAsync(installation, lost);
            await LeaveAsync("somebody else's", others);
            Assert.Contains(BridgeOf(lost), Bridges());
            server = await StartAsync();
            await DeployRig.WaitAsync(async () => (await engine.OfAsync(lost)).Count == 0);
            Assert.DoesNotContain(BridgeOf(lost), Bridges());
            Assert.Equal(2, (await engine.OfAsync(others)).Count);
            ada = As(ada, server.Http.BaseAddress!);
            Assert.Equal("running", (await DeployRig.GetAsync(ada, id)).GetProperty("status").GetString());
            using (await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { })) await DeployRig.EndAsync(ada, id);
            Assert.DoesNotContain(BridgeOf(id), Bridges());
        }
        finally
        {
            server.Kill();
            await engine.Client.Networks.DeleteNetworkAsync(DeployRig.Name(others));
            await engine.Client.Volumes.RemoveAsync(DeployRig.Name(others));
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>A network and a volume as a deployment has them.</summary>
    private async Task LeaveAsync(string installation, Guid deployment)
    {
        var labels = new Dictionary<string, string> { ["collabhub.installation"] = installation, ["collabhub.deployment"] = $"{deployment}", ["collabhub.part"] = "network" };
        var options = new Dictionary<string, string> { ["com.docker.network.bridge.name"] = BridgeOf(deployment) };
        await engine.Client.Networks.CreateNetworkAsync(new NetworksCreateParameters { Name = DeployRig.Name(deployment), Driver = "bridge", Internal = true, Labels = labels, Options = options });
        await engine.Client.Volumes.CreateAsync(new VolumesCreateParameters { Name = DeployRig.Name(deployment), Labels = labels });
    }

    private static string BridgeOf(Guid deployment) => $"chd{deployment.ToString("N")[^12..]}";

    private static IEnumerable<string> Bridges() => NetworkInterface.GetAllNetworkInterfaces().Select(card => card.Name);

    private static TestUser As(TestUser user, Uri address)
    {
        var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = user.Http.DefaultRequestHeaders.Authorization;
        return user with { Http = http };
    }

    private sealed record Server(Process Process, HttpClient Http)
    {
        public void Kill()
        {
            if (!Process.HasExited) Process.Kill();
            Process.WaitForExit();
        }

        /// <summary>Lets the server work for a while; fails when it ends by itself.</summary>
        public async Task LivesAsync(TimeSpan time)
        {
            using var limit = new CancellationTokenSource(time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Process.WaitForExitAsync(limit.Token));
        }
    }

    private async Task<Server> StartAsync()
    {
        var start = new ProcessStartInfo(NodeRig.ServerCommand[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(NodeRig.ServerCommand[1]);
        (string Key, string Value)[] settings =
        [
            ("urls", "http://127.0.0.1:0"), ("Data:Directory", Path.Combine(_directory.FullName, "data")), .. DeployRig.Settings(engine),
            ("Deploy:Runtimes:python:Build", "python3 build.py"), ("Auth:PasswordIterations", "10000"), ("Limits:RestPerUserPerSecond", "100000"), ("Limits:RestPerUserBurst", "100000"),
        ];
        foreach (var (key, value) in settings) start.ArgumentList.Add($"--{key}={value}");
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            const string Listening = "Now listening on: ";
            var at = line.Data?.IndexOf(Listening, StringComparison.Ordinal) ?? -1;
            if (at >= 0) address.TrySetResult(new Uri(line.Data![(at + Listening.Length)..].Trim() + "/"));
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text) address.TrySetException(new InvalidOperationException(text));
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Server(process, new HttpClient { BaseAddress = await address.Task.WaitAsync(Eventually.Patience) });
    }
}
