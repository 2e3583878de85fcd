using System.Globalization;
using System.Net.Http.Json;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;
using Xunit.Abstractions;

namespace CollabHub.Tests.Deploy;

/// <summary>What the engine says of an app's container, field by field; and that it runs exactly what was pinned.</summary>
[Collection(nameof(DockerTests))]
public class HardeningTests(DockerEngine engine, ITestOutputHelper output)
{
    private const string Dump = """
        import http.server, os, json, pathlib
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                seen = {'uid': os.getuid(), 'env': sorted(os.environ), 'files': {str(p.relative_to('/app')): p.read_text() for p in pathlib.Path('/app').rglob('*') if p.is_file()}}
                try: pathlib.Path('/app/new').write_text('x'); seen['root'] = 'writable'
                except OSError as error: seen['root'] = error.strerror
                seen['caps'] = [line.split()[1] for line in pathlib.Path('/proc/self/status').read_text().splitlines() if line.startswith('CapEff')][0]
                seen['noNewPrivs'] = [line.split()[1] for line in pathlib.Path('/proc/self/status').read_text().splitlines() if line.startswith('NoNewPrivs')][0]
                seen['seccomp'] = [line.split()[1] for line in pathlib.Path('/proc/self/status').read_text().splitlines() if line.startswith('Seccomp:')][0]
                body = json.dumps(seen).encode()
                self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
        http.server.HTTPServer(('0.0.0.0', 8000), App).serve_forever()
        """;

    [DockerFact]
    public async Task Every_field_of_the_template_is_what_the_engine_says_of_the_container()
    {
        await using var rig = DeployRig.Start(engine, ("Deploy:CgroupParent", "/collabhub-apps"));
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, "python", ("main.py", Dump));
        var id = DeployRig.Id(await DeployRig.RunAsync(ada, session));
        var seen = await engine.InspectAsync(id);
        var host = seen.HostConfig;
        var network = await engine.Client.Networks.InspectNetworkAsync(DeployRig.Name(id));
        var fields = new (string Field, object? Expected, object? Actual)[]
        {
            ("User", "1000:1000", seen.Config.User),
            ("Image", DockerEngine.Python, seen.Config.Image),
            ("Cmd", "python3 main.py", string.Join(' ', seen.Config.Cmd)),
            ("Privileged", false, host.Privileged),
            ("CapDrop", "ALL", string.Join(',', host.CapDrop)),
            ("CapAdd", "", string.Join(',', host.CapAdd ?? [])),
            ("SecurityOpt", "no-new-privileges:true", string.Join(',', host.SecurityOpt)),
            ("ReadonlyRootfs", true, host.ReadonlyRootfs),
            ("Tmpfs", "/tmp rw,noexec,nosuid,nodev,mode=1777,size=16777216", string.Join(';', host.Tmpfs.Select(pair => $"{pair.Key} {pair.Value}"))),
            ("Memory", 100663296L, host.Memory),
            ("MemorySwap", 100663296L, host.MemorySwap),
            ("NanoCpus", 1_000_000_000L, host.NanoCPUs),
            ("CpuShares", 128L, host.CPUShares),
            ("CgroupParent", "/collabhub-apps", host.CgroupParent),
            ("PidsLimit", 64L, host.PidsLimit),
            ("OomKillDisable", false, host.OomKillDisable ?? false),
            ("OomScoreAdj", 500L, host.OomScoreAdj),
            ("Ulimits", "nofile=1024:1024,fsize=268435456:268435456,core=0:0", string.Join(',', host.Ulimits.Select(limit => $"{limit.Name}={limit.Soft}:{limit.Hard}"))),
            ("Devices", 0, host.Devices?.Count ?? 0),
            ("DeviceRequests", 0, host.DeviceRequests?.Count ?? 0),
            ("Binds", 0, host.Binds?.Count ?? 0),
            ("VolumesFrom", 0, host.VolumesFrom?.Count ?? 0),
            ("Mounts", $"volume {DeployRig.Name(id)} /app False", string.Join(';', seen.Mounts.Select(mount => $"{mount.Type} {mount.Name} {mount.Destination} {mount.RW}"))),
            ("NetworkMode", DeployRig.Name(id), host.NetworkMode),
            ("Networks", 1, seen.NetworkSettings.Networks.Count),
            ("PidMode", "", host.PidMode),
            ("IpcMode", "private", host.IpcMode),
            ("UTSMode", "", host.UTSMode),
            ("PublishAllPorts", false, host.PublishAllPorts),
            ("PortBindings", 0, host.PortBindings?.Count ?? 0),
            ("Dns", "192.0.2.1", string.Join(',', host.DNS)),
            ("ExtraHosts", 0, host.ExtraHosts?.Count ?? 0),
            ("RestartPolicy", "No", host.RestartPolicy.Name.ToString()),
            ("AutoRemove", false, host.AutoRemove),
            ("LogConfig", "json-file max-file=2,max-size=5242880", $"{host.LogConfig.Type} {string.Join(',', host.LogConfig.Config.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))}"),
            ("Network.Internal", true, network.Internal),
            ("Network.EnableIPv6", false, network.EnableIPv6),
            ("Network.icc", "false", network.Options["com.docker.network.bridge.enable_icc"]),
            ("Network.bridge", $"chd{id.ToString("N")[^12..]}", network.Options["com.docker.network.bridge.name"]),
            ("Label", id.ToString(), seen.Config.Labels["collabhub.deployment"]),
        };
        foreach (var (field, expected, actual) in fields) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(Equals(expected, actual) ? "ok  " : "WRONG")} {field} = {actual}"));
        Assert.All(fields, field => Assert.Equal((field.Field, field.Expected), (field.Field, field.Actual)));
    }

    [DockerFact]
    public async Task The_container_holds_exactly_the_pinned_text_and_the_difference_to_now_is_told()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, workspace) = await DeployRig.SessionAsync(ada, "python", ("main.py", Dump), ("gone.txt", "soon gone"), ("a b/ü.txt", "before"));
        var files = await FilesAsync(ada, workspace);
        // Typed into a live room right before: what is on the screen is what is deployed.
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, files["a b/ü.txt"], 11);
        await open.NextAsync("sync");
        await open.TypeAsync("typed last, 😀 ");
        await open.NextAsync("saved");
        var deployed = await DeployRig.DeployAsync(ada, session);
        await open.TypeAsync("and after ");
        await open.NextAsync("saved");
        using (await ada.Http.DeleteAsync(new Uri($"api/workspaces/{workspace}/files/{files["gone.txt"]}", UriKind.Relative)))
        using (await ada.Http.PostAsJsonAsync($"api/workspaces/{workspace}/files", new { path = "new.txt", content = "new" }))
        {
            var running = await DeployRig.ReachAsync(ada, DeployRig.Id(deployed), "running");
            using var app = rig.App(running);
            await DeployRig.EnterAsync(app, ada, DeployRig.Id(running));
            var seen = await app.GetFromJsonAsync<System.Text.Json.JsonElement>("/");
            var held = seen.GetProperty("files").EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString());
            Assert.Equal(["a b/ü.txt", "gone.txt", "main.py"], held.Keys.Order(StringComparer.Ordinal));
            Assert.Equal((Dump, "soon gone"), (held["main.py"], held["gone.txt"]));
            Assert.Contains("typed last, 😀", held["a b/ü.txt"], StringComparison.Ordinal);
            Assert.DoesNotContain("and after", held["a b/ü.txt"], StringComparison.Ordinal);
            Assert.Equal(
                (1000, "Read-only file system", "0000000000000000", "1", "2"),
                (seen.GetProperty("uid").GetInt32(), seen.GetProperty("root").GetString(), seen.GetProperty("caps").GetString(), seen.GetProperty("noNewPrivs").GetString(), seen.GetProperty("seccomp").GetString()));
        }
        using var diff = await ada.Http.GetAsync(new Uri($"api/deployments/{DeployRig.Id(deployed)}/diff", UriKind.Relative));
        var changes = (await diff.OkAsync()).GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("path").GetString()} {item.GetProperty("change").GetString()}");
        Assert.Equal(["a b/ü.txt changed", "gone.txt removed", "new.txt added"], changes);
    }

    private static async Task<Dictionary<string, Guid>> FilesAsync(TestUser user, Guid workspace)
    {
        using var answer = await user.Http.GetAsync(new Uri($"api/workspaces/{workspace}/files", UriKind.Relative));
        return (await answer.OkAsync()).GetProperty("items").EnumerateArray().ToDictionary(file => file.GetProperty("path").GetString()!, file => file.GetProperty("fileId").GetGuid());
    }
}
