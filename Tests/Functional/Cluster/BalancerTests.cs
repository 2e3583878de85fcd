using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using CollabHub.Tests.Faults.Rig;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CollabHub.Tests.Functional.Cluster;

/// <summary>The balancers of docs/balancers in front of two nodes with real traffic: stock editors, a hub connection, REST, and a node that stops.</summary>
[Collection(nameof(Processes))]
public sealed class BalancerTests : IDisposable
{
    private static readonly string[] Destinations = ["one", "two"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-balancer-");
    private readonly int _port = Ports.Free();

    private Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("yarp")]
    public async Task Everyone_works_together_over_both_nodes_and_goes_on_when_one_of_them_stops(string balancer)
    {
        await using var cluster = await FaultCluster.StartAsync(2);
        await using var running = await StartAsync(balancer, cluster);
        var ada = await GuestAsync();
        var (session, workspace, file) = await ada.SessionWithFileAsync("start\n");
        await using var rig = ClientRig.Start(Address);
        string[] kinds = ["hub-msgpack", "y-websocket-3", "hocuspocus-4", "hub-json", "y-websocket-1", "hocuspocus-2"];
        foreach (var kind in kinds) await rig.JoinAsync(kind, kind, ada, file);
        // The balancer spreads them: both nodes have some.
        foreach (var node in cluster.Nodes) Assert.True(await ConnectionsAsync(node) > 0, $"{balancer} sent nobody to {node.Name}");
        foreach (var kind in kinds) await rig.TypeAsync(kind, $"from {kind}\n");
        foreach (var kind in kinds) foreach (var other in kinds) await rig.SeesAsync(other, $"from {kind}\n");
        Assert.Contains("from hocuspocus-2\n", await ada.TextAsync(workspace, file), StringComparison.Ordinal);

        var stopping = cluster.Nodes[0].StopAsync();
        // REST goes on all the while: a node that stops answers what it was asked, and the other one is not taken for gone because it is slow for a moment.
        var standing = Task.CompletedTask;
        for (var times = 0; times < 40; times++)
        {
            if (times == 10) standing = StandStillAsync(cluster.Nodes[1]);
            using var asked = await ada.Http.GetAsync(new Uri($"api/sessions/{session}", UriKind.Relative));
            Assert.True(asked.IsSuccessStatusCode, $"{(int)asked.StatusCode} while a node stops: {await asked.Content.ReadAsStringAsync()}");
            await Pace.LastAsync(TimeSpan.FromMilliseconds(50));
        }
        await standing;
        Assert.Equal(0, (await stopping).Code);
        foreach (var kind in kinds) await rig.SendAsync("settled", new { client = kind });
        await rig.TypeAsync("y-websocket-3", "after the stop\n");
        foreach (var kind in kinds) await rig.SeesAsync(kind, "after the stop\n");
        await cluster.Nodes[0].StartAsync();
        // It gets people again.
        await Pace.UntilAsync(Eventually.Patience, () => $"{balancer} sends nobody to a node that is back", async () =>
        {
            await using var connection = await ada.HubAsync(messagePack: true);
            return await ConnectionsAsync(cluster.Nodes[0]) > 0;
        });
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private async Task<IAsyncDisposable> StartAsync(string balancer, FaultCluster cluster)
    {
        var nodes = cluster.Nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Direct.Port}")).ToList();
        IAsyncDisposable running = balancer switch
        {
            "nginx" => StartNginx(nodes),
            "haproxy" => StartHaproxy(nodes),
            _ => await StartYarpAsync(nodes),
        };
        await Pace.UntilAsync(Eventually.Patience, () => $"{balancer}: {Log()}", async () =>
        {
            try
            {
                using var http = new HttpClient { BaseAddress = Address };
                using var answer = await http.GetAsync(new Uri("healthz/ready", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return running;
    }

    private static async Task StandStillAsync(FaultNode node)
    {
        node.Pause();
        await Pace.LastAsync(TimeSpan.FromSeconds(1.5));
        node.Continue();
    }

    private GuardedProcess StartNginx(List<string> nodes)
    {
        foreach (var part in new[] { "temp", "run" }) _directory.CreateSubdirectory(part);
        File.Copy(Configuration("nginx.conf"), Path.Combine(_directory.FullName, "nginx.conf"));
        File.WriteAllText(Path.Combine(_directory.FullName, "listen.conf"), $"listen {Address.Authority};\n");
        File.WriteAllLines(Path.Combine(_directory.FullName, "nodes.conf"), nodes.Select(node => $"server {node} max_fails=0;"));
        return GuardedProcess.Start(
            Path.Combine(_directory.FullName, "log"), "TERM", Repository.Program("nginx"), "-p", _directory.FullName, "-c", Path.Combine(_directory.FullName, "nginx.conf"),
            "-g", $"daemon off; user {Environment.UserName};");
    }

    private GuardedProcess StartHaproxy(List<string> nodes) => GuardedProcess.Start(
        Path.Combine(_directory.FullName, "log"), "TERM", "/usr/bin/env", $"COLLABHUB_LISTEN={Address.Authority}", $"COLLABHUB_NODE_1={nodes[0]}", $"COLLABHUB_NODE_2={nodes[1]}",
        Repository.Program("haproxy"), "-db", "-f", Configuration("haproxy.cfg"));

    private async Task<IAsyncDisposable> StartYarpAsync(List<string> nodes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(Configuration("yarp.json")))));
        foreach (var (name, node) in Destinations.Zip(nodes)) builder.Configuration[$"ReverseProxy:Clusters:nodes:Destinations:{name}:Address"] = $"http://{node}/";
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        var proxy = builder.Build();
        proxy.UseWebSockets();
        proxy.MapReverseProxy();
        await proxy.StartAsync();
        return proxy;
    }

    private async Task<TestUser> GuestAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var response = await http.PostAsJsonAsync("api/auth/guest", new { displayName = "Ada" });
        return TestUser.From(await response.OkAsync(System.Net.HttpStatusCode.Created), Address);
    }

    private static async Task<int> ConnectionsAsync(FaultNode node)
    {
        using var http = new HttpClient { BaseAddress = node.Direct };
        var metrics = await http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        var line = metrics.Split('\n').Single(line => line.StartsWith("collabhub_connections", StringComparison.Ordinal));
        return (int)double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private string Log() => File.Exists(Path.Combine(_directory.FullName, "log")) ? File.ReadAllText(Path.Combine(_directory.FullName, "log")) : "";

    private static string Configuration(string name) => Path.Combine(Repository.Root, "docs", "balancers", name);
}
