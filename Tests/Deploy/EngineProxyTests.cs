using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Specifications.Postgres;

namespace CollabHub.Tests.Deploy;

/// <summary>The filter of docs/engine between server and engine: everything that deployments need goes through, and nothing else does.</summary>
[Collection(nameof(DockerTests))]
public sealed class EngineProxyTests(DockerEngine engine) : IAsyncLifetime
{
    private static readonly string[] Programs = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-engine-");
    private Process? _nginx;

    private string SocketFile => Path.Combine(_directory.FullName, "filtered.sock");

    [DockerFact]
    public async Task Deployments_need_no_call_that_the_filter_refuses()
    {
        await using var rig = DeployRig.Start(
            engine, ("Deploy:DockerEndpoint", "unix://" + SocketFile), ("Deploy:Runtimes:python:Build", "python3 -c print(1+1)"));
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, "python", ("main.py", "import http.server\nhttp.server.test(http.server.SimpleHTTPRequestHandler, port=8000)"), ("large.txt", new string('x', 200_000)));
        var running = await DeployRig.RunAsync(ada, session, "public");
        var id = DeployRig.Id(running);
        using var app = rig.App(running);
        Assert.Equal(200_000, (await app.GetStringAsync(new Uri("/large.txt", UriKind.Relative))).Length);
        Assert.Contains("\n2\n", await DeployRig.LogsAsync(ada, id), StringComparison.Ordinal);
        using (var restarted = await ada.Http.PostAsync(new Uri($"api/deployments/{id}/restart", UriKind.Relative), null)) await restarted.OkAsync(HttpStatusCode.Accepted);
        await DeployRig.WaitAsync(async () => (await DeployRig.GetAsync(ada, id)).GetProperty("status").GetString() == "running");
        using (await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { })) await DeployRig.EndAsync(ada, id);
        Assert.Empty(await engine.OfAsync(id));
        Assert.DoesNotContain(rig.Hub.Log.Lines, line => line.Contains("403", StringComparison.Ordinal) && line.Contains("Docker", StringComparison.Ordinal));
    }

    [DockerTheory]
    [InlineData("POST", "/containers/collabhub-x/exec")]
    [InlineData("POST", "/containers/prune")]
    [InlineData("POST", "/build")]
    [InlineData("GET", "/containers/collabhub-x/../../images/json")]
    [InlineData("GET", "/images/json")]
    [InlineData("GET", "/containers/somebody-elses/json")]
    [InlineData("DELETE", "/containers/somebody-elses")]
    [InlineData("GET", "/swarm")]
    [InlineData("POST", "/plugins/pull")]
    [InlineData("GET", "/containers/collabhub-x/archive?path=/")]
    [InlineData("POST", "/files")]
    public async Task What_deployments_do_not_need_is_refused(string method, string path)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("http://engine" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using var answer = await client.SendAsync(request);
        Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound && answer.Headers.Server.ToString().StartsWith("nginx", StringComparison.Ordinal), $"{answer}");
    }

    [DockerFact]
    public async Task A_description_of_a_container_has_a_bounded_size()
    {
        using var client = Client();
        using var answer = await client.PostAsync(new Uri("http://engine/containers/create?name=collabhub-x"), new StringContent(new string('x', 70_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    public async Task InitializeAsync()
    {
        if (DockerEngine.Missing is not null) return;
        var docs = new DirectoryInfo(Path.Combine(Repository.Root, "docs", "engine"));
        foreach (var file in docs.GetFiles("*.conf")) file.CopyTo(Path.Combine(_directory.FullName, file.Name));
        _directory.CreateSubdirectory("run");
        _directory.CreateSubdirectory("temp");
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "listen.conf"), $"listen unix:{SocketFile};\n");
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "engine.conf"), $"server {engine.Endpoint.Replace("//", "", StringComparison.Ordinal)};\n");
        var program = Programs.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("This test needs nginx: apt-get install nginx.");
        // It reads this process' end from its input, however that comes.
        _nginx = PostgresPrograms.StartAsSelf(
            "/bin/sh", "-c", "\"$1\" -p \"$2\" -c \"$2/nginx.conf\" -g 'daemon off; user root;' 2> \"$2/log\" & cat > /dev/null; kill $!; wait", "nginx", program, _directory.FullName);
        await Eventually.TrueAsync(ListensAsync);
    }

    public async Task DisposeAsync()
    {
        if (_nginx is not null)
        {
            _nginx.StandardInput.Close();
            await _nginx.WaitForExitAsync();
            _nginx.Dispose();
        }
        _directory.Delete(recursive: true);
    }

    // The file is there before anyone listens.
    private async Task<bool> ListensAsync()
    {
        try
        {
            using var socket = await ConnectAsync(default);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private HttpClient Client() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) => new NetworkStream(await ConnectAsync(ct), ownsSocket: true),
    });
}
