using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using CollabHub.Domain;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Clients;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Deploy;

/// <summary>A server on a real engine, with the calls that tests of deployments make.</summary>
internal sealed class DeployRig : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(NodeRig.IsLong ? 600 : 120);

    private readonly System.Runtime.CompilerServices.ConditionalWeakTable<HttpClient, SocketsHttpHandler> _handlers = [];

    private DeployRig(TestHub hub) => Hub = hub;

    /// <summary>The server.</summary>
    public TestHub Hub { get; }

    /// <summary>Starts one; waits are short and images local unless the test says otherwise.</summary>
    public static DeployRig Start(DockerEngine engine, params (string Key, string Value)[] settings) => Start(engine, _ => { }, settings);

    /// <summary>The same with some of the server's services replaced.</summary>
    public static DeployRig Start(DockerEngine engine, Action<IServiceCollection> replace, params (string Key, string Value)[] settings)
    {
        var usual = Settings(engine).Where(pair => settings.All(given => given.Key != pair.Key));
        return new DeployRig(TestHub.Start(replace, [.. usual, .. settings]));
    }

    /// <summary>What every server of these tests is told; on a busy machine an app comes up late, and probes wait behind the rest.</summary>
    public static (string Key, string Value)[] Settings(DockerEngine engine) =>
    [
        ("Deploy:DockerEndpoint", engine.Endpoint), ("Deploy:PullImages", "false"), ("Deploy:NetworkPool", "10.214.0.0/16"),
        ("Deploy:StartSeconds", "60"), ("Deploy:UnhealthySeconds", "30"), ("Deploy:ReconcileSeconds", "1"), ("Deploy:DrainSeconds", "1"), ("Deploy:StopSeconds", "1"),
        ("Deploy:Runtimes:static:Image", DockerEngine.Python), ("Deploy:Runtimes:static:Start", "python3 -m http.server {port} --directory /app"),
        ("Deploy:Runtimes:python:Image", DockerEngine.Python), ("Deploy:Runtimes:node:Image", DockerEngine.Node),
        ("Limits:AppMemoryBytes", "100663296"), ("Limits:AppTmpBytes", "16777216"), ("Limits:AppProcesses", "64"),
        ("Limits:AppsPerUser", "100"), ("Limits:OpenSessionsPerUser", "1000"), ("Limits:WorkspacesPerUser", "1000"), ("Logging:LogLevel:Default", "Information"),
    ];

    /// <summary>A session with files, static unless it has a language.</summary>
    public static async Task<(Guid Session, Guid Workspace)> SessionAsync(TestUser owner, string? language, params (string Path, string Content)[] files)
    {
        using var created = await owner.Http.PostAsJsonAsync("api/sessions", new { name = "App", language, isDynamic = language is not null });
        var session = await created.OkAsync(HttpStatusCode.Created);
        var workspace = session.GetProperty("workspaceId").GetGuid();
        foreach (var (path, content) in files)
        {
            using var added = await owner.Http.PostAsJsonAsync($"api/workspaces/{workspace}/files", new { path, content });
            await added.OkAsync(HttpStatusCode.Created);
        }
        return (session.GetProperty("sessionId").GetGuid(), workspace);
    }

    /// <summary>Asks for a deployment; it stands in <c>pending</c>.</summary>
    public static async Task<JsonElement> DeployAsync(TestUser owner, Guid session, string? visibility = null)
    {
        using var answer = await owner.Http.PostAsJsonAsync($"api/sessions/{session}/deployments", new { visibility });
        return await answer.OkAsync(HttpStatusCode.Accepted);
    }

    /// <summary>Gives a file another text.</summary>
    public static async Task WriteAsync(TestUser owner, Guid workspace, string path, string content)
    {
        using var files = await owner.Http.GetAsync(new Uri($"api/workspaces/{workspace}/files", UriKind.Relative));
        var file = (await files.OkAsync()).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("path").GetString() == path).GetProperty("fileId").GetGuid();
        using var text = new StringContent(content);
        using var put = await owner.Http.PutAsync(new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative), text);
        await put.OkAsync(HttpStatusCode.NoContent);
    }

    /// <summary>Deploys and waits until the app answers.</summary>
    public static async Task<JsonElement> RunAsync(TestUser owner, Guid session, string? visibility = null)
    {
        var deployed = await DeployAsync(owner, session, visibility);
        return await ReachAsync(owner, Id(deployed), "running");
    }

    /// <summary>Waits for a status; fails with the row and the logs when the deployment ends otherwise.</summary>
    public static async Task<JsonElement> ReachAsync(TestUser owner, Guid deployment, string status)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var now = await GetAsync(owner, deployment);
            var present = now.GetProperty("status").GetString();
            if (present == status) return now;
            if (present is "stopped" or "failed" || Stopwatch.GetElapsedTime(since) > Limit) Assert.Fail($"Not {status}: {now}\n{await LogsAsync(owner, deployment)}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until it is over.</summary>
    public static async Task<JsonElement> EndAsync(TestUser owner, Guid deployment)
    {
        var end = default(JsonElement);
        await WaitAsync(async () => (end = await GetAsync(owner, deployment)).GetProperty("status").GetString() is "stopped" or "failed");
        return end;
    }

    /// <summary>The deployment as the API has it.</summary>
    public static async Task<JsonElement> GetAsync(TestUser owner, Guid deployment)
    {
        using var answer = await owner.Http.GetAsync(new Uri($"api/deployments/{deployment}", UriKind.Relative));
        return await answer.OkAsync();
    }

    /// <summary>Its logs as text.</summary>
    public static Task<string> LogsAsync(TestUser owner, Guid deployment) => owner.Http.GetStringAsync(new Uri($"api/deployments/{deployment}/logs", UriKind.Relative));

    /// <summary>A client of the app's own origin, which this machine's resolver need not know; without a cookie until <see cref="EnterAsync"/>.</summary>
    public HttpClient App(JsonElement deployment)
    {
        var handler = NewHandler();
        var client = new HttpClient(handler) { BaseAddress = new Uri(deployment.GetProperty("deploymentUrl").GetString()!) };
        _handlers.Add(client, handler);
        return client;
    }

    /// <summary>What a client of <see cref="App"/> sends through, cookies included.</summary>
    public SocketsHttpHandler HandlerOf(HttpClient app) => _handlers.TryGetValue(app, out var handler) ? handler : throw new ArgumentException("Not a client of an app.", nameof(app));

    private SocketsHttpHandler NewHandler() => new()
    {
            AllowAutoRedirect = false, CookieContainer = new CookieContainer(),
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Hub.BaseAddress.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
    };

    /// <summary>Opens the gate for a client by a ticket of that person.</summary>
    public static async Task EnterAsync(HttpClient app, TestUser visitor, Guid deployment)
    {
        using var asked = await visitor.Http.PostAsync(new Uri($"api/deployments/{deployment}/ticket", UriKind.Relative), null);
        var url = (await asked.OkAsync()).GetProperty("url").GetString()!;
        using var entered = await app.GetAsync(new Uri(url));
        Assert.Equal(HttpStatusCode.Redirect, entered.StatusCode);
    }

    /// <summary>Polls until a condition holds; fails after two minutes.</summary>
    public static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Limit, "The condition did not come true in time.");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>The id in an answer.</summary>
    public static Guid Id(JsonElement deployment) => deployment.GetProperty("deploymentId").GetGuid();

    /// <summary>What the engine calls a part of it.</summary>
    public static string Name(Guid deployment) => string.Create(CultureInfo.InvariantCulture, $"collabhub-{new DeploymentId(deployment)}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
