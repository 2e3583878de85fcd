using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Xunit.Abstractions;

namespace CollabHub.Tests.Deploy;

/// <summary>An app that tries to reach everything around it, and what it could not.</summary>
[Collection(nameof(DockerTests))]
public class IsolationTests(DockerEngine engine, ITestOutputHelper output)
{
    private static readonly int[] StorePorts = [5432, 6379, 27017, 2375];

    private const string Probe = """
        import http.server, json, socket, os, concurrent.futures
        def reach(host, port):
            try:
                socket.create_connection((host, port), 1.5).close(); return 'REACHED'
            except OSError as error: return str(error) or type(error).__name__
        def look(target):
            name, host, port = target
            if host == 'path': return name, 'REACHED' if os.path.exists(name) else 'absent'
            if host != 'resolve': return name, reach(host, port)
            try: socket.getaddrinfo(name, 80); return name, 'REACHED'
            except OSError as error: return name, str(error)
        class App(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                targets = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                with concurrent.futures.ThreadPoolExecutor(30) as all: seen = dict(all.map(look, targets))
                body = json.dumps(seen).encode()
                self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
            def do_GET(self): self.send_response(204); self.end_headers()
        http.server.ThreadingHTTPServer(('0.0.0.0', 8000), App).serve_forever()
        """;

    [DockerFact]
    public async Task An_app_reaches_itself_and_nothing_else()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        using var everywhere = new TcpListener(IPAddress.IPv6Any, 0);
        everywhere.Server.DualMode = true;
        everywhere.Start();
        var port = ((IPEndPoint)everywhere.LocalEndpoint).Port;
        var (neighbourSession, _) = await DeployRig.SessionAsync(ada, null, ("index.html", "neighbour"));
        var neighbour = await engine.InspectAsync(DeployRig.Id(await DeployRig.RunAsync(ada, neighbourSession)));
        var (session, _) = await DeployRig.SessionAsync(ada, "python", ("main.py", Probe));
        var id = DeployRig.Id(await DeployRig.RunAsync(ada, session));
        var own = (await engine.InspectAsync(id)).NetworkSettings.Networks.Single().Value;
        var neighbourNetwork = neighbour.NetworkSettings.Networks.Single().Value;
        var bridge = BridgeOf(own.IPAddress);
        // The control: the listener is there, on every address that the app will try.
        foreach (var address in HostAddresses().Append(bridge).Append(BridgeOf(neighbourNetwork.IPAddress)))
        {
            using var check = new TcpClient();
            await check.ConnectAsync(IPAddress.Parse(address), port);
        }
        var targets = new List<object[]>
        {
            new object[] { "itself", "127.0.0.1", 8000 },
            new object[] { "host, own bridge", bridge, port },
            new object[] { "host, ssh on own bridge", bridge, 22 },
            new object[] { "host, the other bridge", BridgeOf(neighbourNetwork.IPAddress), port },
            new object[] { "platform, own bridge", bridge, rig.Hub.BaseAddress.Port },
            new object[] { "another app", neighbourNetwork.IPAddress, 8000 },
            new object[] { "metadata 169.254.169.254", "169.254.169.254", 80 },
            new object[] { "metadata fd00:ec2::254", "fd00:ec2::254", 80 },
            new object[] { "internet 1.1.1.1", "1.1.1.1", 443 },
            new object[] { "private 10.0.0.1", "10.0.0.1", 80 },
            new object[] { "private 172.17.0.1", "172.17.0.1", 80 },
            new object[] { "private 192.168.0.1", "192.168.0.1", 80 },
            new object[] { "example.com", "resolve", 0 },
            new object[] { "host.docker.internal", "resolve", 0 },
            new object[] { "/var/run/docker.sock", "path", 0 },
        };
        targets.AddRange(HostAddresses().Select(address => new object[] { $"host, {address}", address, port }));
        targets.AddRange(HostAddresses().SelectMany(address => StorePorts.Select(store => new object[] { $"store, {address}:{store}", address, store })));
        using var app = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{own.IPAddress}:8000/")) };
        using var answer = await app.PostAsync(new Uri("/", UriKind.Relative), new StringContent(JsonSerializer.Serialize(targets)));
        var seen = (await answer.Content.ReadFromJsonAsync<JsonElement>()).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!);
        foreach (var (name, result) in seen) output.WriteLine($"{name,-40} {result}");
        Assert.Equal(targets.Count, seen.Count);
        Assert.Equal(["itself"], seen.Where(entry => entry.Value == "REACHED").Select(entry => entry.Key));
    }

    private static string BridgeOf(string address)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        bytes[3] = (byte)((bytes[3] & 0xF0) | 1);
        return new IPAddress(bytes).ToString();
    }

    private static List<string> HostAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.NetworkInterfaceType != NetworkInterfaceType.Loopback && !card.Name.StartsWith("chd", StringComparison.Ordinal) && card.OperationalStatus == OperationalStatus.Up)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Where(address => address.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(address => address.Address.ToString()),
    ];
}
