using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using CollabHub.Domain.Live;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>A server whose live events are recorded, with the calls that tests of teams make.</summary>
public sealed partial class TeamHub : IAsyncDisposable
{
    private readonly RecordedEvents _events = new();

    private TeamHub(IEnumerable<(string, string)> settings) =>
        Hub = TestHub.Start(services => services.AddSingleton<ILiveEvents>(_events), [.. settings]);

    /// <summary>The server.</summary>
    public TestHub Hub { get; }

    /// <summary>What was published so far, in order.</summary>
    public IReadOnlyList<LiveEvent> Events => [.. _events.All];

    /// <summary>Starts one; nobody is limited in inviting unless the test says so.</summary>
    public static TeamHub Start(params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] open =
        [
            ("Limits:InvitationsPerUserAndHour", "100000"), ("Limits:InvitationsPerWorkspaceAndDay", "100000"),
            ("Limits:InvitationsPerAddressAndDay", "100000"), ("Limits:OpenInvitationsPerUser", "100000"),
            ("Limits:OpenSessionsPerUser", "100000"), ("Limits:WorkspacesPerUser", "100000"),
            ("Limits:DeniedRowsPerUserAndMinute", "100000"), ("Limits:AuditRunsPerUserAndMinute", "100000"),
        ];
        return new TeamHub([.. open.Where(pair => settings.All(given => given.Key != pair.Key)), .. settings]);
    }

    /// <summary>A new workspace of that person; its id.</summary>
    public static async Task<Guid> WorkspaceAsync(TestUser owner, string name = "Rocket", bool isPublic = false)
    {
        var created = await (await owner.PostAsync("api/workspaces", new { name, isPublic })).OkAsync(HttpStatusCode.Created);
        return created.GetProperty("workspaceId").GetGuid();
    }

    /// <summary>A new session of that person, in a workspace or with one of its own; its id and the workspace's.</summary>
    public static async Task<(Guid Session, Guid Workspace)> SessionAsync(TestUser owner, Guid? workspaceId = null, string name = "Pairing")
    {
        var created = await (await owner.PostAsync("api/sessions", new { name, workspaceId })).OkAsync(HttpStatusCode.Created);
        return (created.GetProperty("sessionId").GetGuid(), created.GetProperty("workspaceId").GetGuid());
    }

    /// <summary>Makes someone a member.</summary>
    public static async Task AddAsync(TestUser owner, Guid workspace, TestUser member, string role) =>
        await (await owner.PutAsync($"api/workspaces/{workspace}/members/{member.Id}", new { role })).OkAsync();

    /// <summary>The token of a new share link into a session.</summary>
    public static async Task<string> ShareAsync(TestUser owner, Guid session, string role = "editor")
    {
        var created = await (await owner.PostAsync($"api/sessions/{session}/invitations", new { role })).OkAsync(HttpStatusCode.Created);
        return TokenIn(created.GetProperty("link").GetString()!);
    }

    /// <summary>The token of the newest mail to an address, once a mail has one that is not <paramref name="not"/>.</summary>
    public async Task<string> MailedTokenAsync(string address, string? not = null)
    {
        string? token = null;
        await Eventually.TrueAsync(() =>
        {
            token = Hub.Mails()
                .Where(mail => mail.To.Mailboxes.Any(to => to.Address == address))
                .Select(mail => TokenIn(mail.TextBody!))
                .LastOrDefault(found => found != not);
            return token is not null;
        });
        return token!;
    }

    /// <summary>The token of a link.</summary>
    public static string TokenIn(string text) => LinkToken().Match(text).Groups[1].Value;

    /// <summary>Runs SQL on the server's database.</summary>
    public async Task<int> SqlAsync(string sql, object? args = null)
    {
        await using var scope = Hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DbSession>().ExecuteAsync(sql, args, default);
    }

    /// <summary>Rows of a query on the server's database.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null)
    {
        await using var scope = Hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DbSession>().QueryAsync<T>(sql, args, default);
    }

    /// <summary>How many audit rows there are, without those of letters, which are written when the worker sends them.</summary>
    public async Task<long> AuditRowsAsync() =>
        (await QueryAsync<long>("select count(*) from audit_logs where action not in ('account.verification_sent', 'account.reset_sent')"))[0];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    [GeneratedRegex("#token=([A-Za-z0-9_-]+)")]
    private static partial Regex LinkToken();

    private sealed class RecordedEvents : ILiveEvents
    {
        public ConcurrentQueue<LiveEvent> All { get; } = new();

        public void Publish(LiveEvent liveEvent) => All.Enqueue(liveEvent);
    }
}

/// <summary>Calls of a person.</summary>
public static class TeamCalls
{
    /// <summary>GET.</summary>
    public static Task<HttpResponseMessage> GetAsync(this TestUser user, string path) => user.Http.GetAsync(path);

    /// <summary>POST, with JSON or nothing.</summary>
    public static Task<HttpResponseMessage> PostAsync(this TestUser user, string path, object? body = null) => user.SendAsync(HttpMethod.Post, path, body);

    /// <summary>PUT.</summary>
    public static Task<HttpResponseMessage> PutAsync(this TestUser user, string path, object body) => user.SendAsync(HttpMethod.Put, path, body);

    /// <summary>PATCH.</summary>
    public static Task<HttpResponseMessage> PatchAsync(this TestUser user, string path, object body) => user.SendAsync(HttpMethod.Patch, path, body);

    /// <summary>DELETE.</summary>
    public static Task<HttpResponseMessage> DeleteAsync(this TestUser user, string path) => user.Http.DeleteAsync(path);

    /// <summary>Any method, with JSON or nothing.</summary>
    public static Task<HttpResponseMessage> SendAsync(this TestUser user, HttpMethod method, string path, object? body) => user.Http.CallAsync(method, path, body);

    /// <summary>Any method, with JSON, plain text, a zip archive or nothing.</summary>
    public static async Task<HttpResponseMessage> CallAsync(this HttpClient http, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = body switch
        {
            string text => new StringContent(text),
            byte[] archive => new ByteArrayContent(archive) { Headers = { { "Content-Type", "application/zip" } } },
            _ => JsonContent.Create(body),
        };
        return await http.SendAsync(request);
    }

    /// <summary>The rows of a list.</summary>
    public static async Task<JsonElement[]> ItemsAsync(this TestUser user, string path) =>
        [.. (await (await user.GetAsync(path)).OkAsync()).GetProperty("items").EnumerateArray()];

    /// <summary>A text member.</summary>
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();
}
