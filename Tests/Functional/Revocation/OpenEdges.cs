using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Protocols;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Realtime;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Revocation;

/// <summary>One connection of a person to everything that stays open, and the moment at which each of them ended.</summary>
internal sealed class OpenEdges : IAsyncDisposable
{
    private static readonly string[] Hubs = ["hubs/session", "hubs/notifications", "hubs/deployments", "hubs/ops"];

    private readonly List<IDisposable> _held = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Dictionary<string, Task<long>> _ends = [];

    /// <summary>The edges by name, with the moment (Stopwatch ticks) of their end once it has come.</summary>
    public IReadOnlyDictionary<string, Task<long>> Ends => _ends;

    public static async Task<OpenEdges> OpenAsync(TestHub hub, TestUser user)
    {
        var (session, workspace, file) = await user.SessionWithFileAsync("text");
        var edges = new OpenEdges();
        foreach (var path in Hubs) await edges.AddAsync(user, path, Encoding.UTF8.GetBytes(RawHub.JsonHandshake), "{}"u8.ToArray());
        await edges.AddAsync(user, $"yjs/{file}", YWebsocketFrame.Sync(SyncKind.Step1, new byte[] { 0 }), "text"u8.ToArray());
        await edges.AddAsync(
            user, "hocuspocus", HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.Token, $"{file}") { Text = user.AccessToken }), "read-write"u8.ToArray());
        await edges.AddLogsAsync(user, await DeploymentAsync(hub, user, session, workspace));
        return edges;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_ends.Values);
        foreach (var held in _held) held.Dispose();
        _over.Dispose();
    }

    private async Task AddAsync(TestUser user, string path, byte[] hello, byte[] answer)
    {
        var raw = await RawHub.ConnectAsync(user, path);
        _held.Add(raw);
        await raw.SendAsync(hello);
        Assert.True(await raw.HearsAsync(answer, Eventually.Patience), path);
        _ends[path.Split('/')[0] == "yjs" ? "yjs" : path] = EndAsync(raw.DrainAsync(_over.Token));
    }

    private async Task AddLogsAsync(TestUser user, Guid deployment)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/deployments/{deployment}/logs");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var answer = await user.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        _held.Add(answer);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        _held.Add(reader);
        Assert.Equal("event: status", await reader.ReadLineAsync());
        _ends["logs"] = EndAsync(DrainAsync(reader));
    }

    private async Task DrainAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync(_over.Token) is not null) { }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Cut off, by the server or by the test.
        }
    }

    private static async Task<long> EndAsync(Task draining)
    {
        await draining;
        return Stopwatch.GetTimestamp();
    }

    /// <summary>A deployment for which there is no engine: it stays as it is, and its output can be followed.</summary>
    private static async Task<Guid> DeploymentAsync(TestHub hub, TestUser user, Guid session, Guid workspace)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        var id = Guid.NewGuid();
        var now = DateTimeOffset.UtcNow;
        var deployment = new Deployment
        {
            Id = new DeploymentId(id), Session = new SessionId(session), Workspace = new WorkspaceId(workspace), Owner = user.Id,
            Url = $"http://{id}.apps.localhost/", Runtime = "static", Port = 8080, CreatedAt = now, LastActive = now,
        };
        await scope.ServiceProvider.GetRequiredService<IDeploymentStore>().AddAsync(deployment, [], default);
        return id;
    }
}
