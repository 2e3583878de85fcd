using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Tests.Functional.Teams;
using CollabHub.Tests.Specifications.Mongo;
using CollabHub.Tests.Specifications.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Documents;

/// <summary>The document of a workspace over REST, the same on every store.</summary>
public abstract class DocumentTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>The server.</summary>
    protected TeamHub Hub { get; private set; } = null!;

    private TestUser Ada { get; set; } = null!;

    /// <summary>The settings that choose the stores, and what they are for the output.</summary>
    protected abstract (string Name, (string Key, string Value)[] Settings) Store { get; }

    public async Task InitializeAsync()
    {
        var (name, settings) = Store;
        output.WriteLine($"Documents in {name}.");
        Hub = TeamHub.Start(settings);
        Ada = await Hub.Hub.RegisterAsync("ada");
    }

    public Task DisposeAsync() => Hub.DisposeAsync().AsTask();

    [Fact]
    public async Task A_new_workspace_has_an_empty_document_at_once()
    {
        var workspace = await TeamHub.WorkspaceAsync(Ada);
        using var response = await Ada.GetAsync($"api/workspaces/{workspace}/document");
        var document = await response.OkAsync();
        Assert.Equal(
            """{"settings":{},"environment":{},"deployment":{},"git":{},"collaboration":{},"tags":[],"analytics":{"opens":0,"edits":0,"sessions":0,"deployments":0}}""",
            document.GetRawText());
        Assert.Equal("\"0\"", response.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task A_merge_patch_changes_what_it_names_removes_what_it_nulls_and_audits_only_that()
    {
        var workspace = await TeamHub.WorkspaceAsync(Ada);
        await PatchedAsync(workspace, """{"settings":{"theme":"dark","editor":{"tabSize":4,"wrap":true},"old":1},"git":{"url":"https://example.org/a.git","branch":"main"}}""");
        using var response = await PatchAsync(Ada, workspace, """{"settings":{"editor":{"wrap":null,"ruler":[80,120]},"old":null},"collaboration":{"follow":true},"git":null}""");
        var document = await response.OkAsync();
        Assert.Equal("\"2\"", response.Headers.ETag!.ToString());
        Assert.True(JsonElement.DeepEquals(Json("""{"theme":"dark","editor":{"tabSize":4,"ruler":[80,120]}}"""), document.GetProperty("settings")), document.GetRawText());
        Assert.Equal("""{"follow":true}""", document.GetProperty("collaboration").GetRawText());
        Assert.Equal("{}", document.GetProperty("git").GetRawText());
        Assert.True(JsonElement.DeepEquals(document, await (await Ada.GetAsync($"api/workspaces/{workspace}/document")).OkAsync()));
        var audited = await Hub.QueryAsync<string>(
            "select cast(new_value as text) from audit_logs where action = 'workspace.document' order by log_id desc limit 1");
        Assert.Equal(
            ["collaboration.follow", "git.branch", "git.url", "settings.editor", "settings.old"],
            Json(audited[0]).EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_changes_nothing_writes_nothing()
    {
        var workspace = await TeamHub.WorkspaceAsync(Ada);
        await PatchedAsync(workspace, """{"settings":{"theme":"dark"},"tags":["b","a"]}""");
        var rows = await Hub.AuditRowsAsync();
        using var again = await PatchAsync(Ada, workspace, """{"settings":{"theme":"dark"},"tags":[" B","a"]}""");
        await again.OkAsync();
        Assert.Equal("\"1\"", again.Headers.ETag!.ToString());
        Assert.Equal(rows, await Hub.AuditRowsAsync());
    }

    [Fact]
    public async Task If_Match_lets_through_the_version_it_names_and_no_other()
    {
        var workspace = await TeamHub.WorkspaceAsync(Ada);
        await (await PatchAsync(Ada, workspace, """{"settings":{"a":1}}""", "\"0\"")).OkAsync();
        foreach (var stale in new[] { "\"0\"", "\"2\"", "W/\"1\"", "\"x\"", "\"0\", \"7\"" })
        {
            using var refused = await PatchAsync(Ada, workspace, """{"settings":{"a":2}}""", stale);
            await refused.ProblemAsync(HttpStatusCode.PreconditionFailed, "document.changed");
        }
        await (await PatchAsync(Ada, workspace, """{"settings":{"a":3}}""", "\"9\", \"1\"")).OkAsync();
        await (await PatchAsync(Ada, workspace, """{"settings":{"a":4}}""", "*")).OkAsync();
    }

    [Fact]
    public async Task Of_patches_at_once_none_is_lost()
    {
        var workspace = await TeamHub.WorkspaceAsync(Ada);
        await Task.WhenAll(Enumerable.Range(0, 25).Select(async n => await (await PatchAsync(Ada, workspace, $"{{\"settings\":{{\"k{n}\":{n}}}}}")).OkAsync()));
        using var response = await Ada.GetAsync($"api/workspaces/{workspace}/document");
        Assert.Equal(25, (await response.OkAsync()).GetProperty("settings").EnumerateObject().Count());
        Assert.Equal("\"25\"", response.Headers.ETag!.ToString());
        var races = await Task.WhenAll(Enumerable.Range(0, 10).Select(async n =>
        {
            using var raced = await PatchAsync(Ada, workspace, $"{{\"settings\":{{\"winner\":{n}}}}}", "\"25\"");
            return raced.StatusCode;
        }));
        Assert.Single(races, status => status == HttpStatusCode.OK);
        Assert.Equal(9, races.Count(status => status == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task A_secret_is_never_shown_again_stored_sealed_masked_in_the_audit_and_readable_for_deployments()
    {
        const string secret = "canary-4f81-never-shown";
        var workspace = await TeamHub.WorkspaceAsync(Ada);
        var patched = await PatchedAsync(workspace, "{\"environment\":{\"MODE\":\"test\",\"API_KEY\":{\"value\":\"" + secret + "\",\"secret\":true}}}");
        Assert.Equal("""{"secret":true}""", patched.GetProperty("environment").GetProperty("API_KEY").GetRawText());
        Assert.Equal("test", patched.GetProperty("environment").Text("MODE"));
        Assert.Equal(new Dictionary<string, string> { ["MODE"] = "test", ["API_KEY"] = secret }, await EnvironmentAsync(workspace));

        // What was read may be sent back; a variable may become a secret; both are deleted by null.
        await PatchedAsync(workspace, """{"environment":{"API_KEY":{"secret":true},"MODE":{"secret":true}}}""");
        Assert.Equal(secret, (await EnvironmentAsync(workspace))["API_KEY"]);
        await (await PatchAsync(Ada, workspace, """{"environment":{"API_KEY":{"secret":false}}}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await PatchAsync(Ada, workspace, """{"environment":{"NEW":{"secret":true}}}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await PatchedAsync(workspace, """{"environment":{"MODE":null}}""");
        Assert.Equal(["API_KEY"], (await EnvironmentAsync(workspace)).Keys);

        var rows = await Hub.QueryAsync<string>("select coalesce(cast(old_value as text), '') || coalesce(cast(new_value as text), '') from audit_logs");
        Assert.Contains(rows, row => row.Contains("environment.API_KEY", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, row => row.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(await StoredAsync(), stored => stored.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Hub.Hub.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_environment_is_for_members_its_change_for_admins()
    {
        var workspace = await TeamHub.WorkspaceAsync(Ada, isPublic: true);
        await PatchedAsync(workspace, """{"environment":{"MODE":"test"}}""");
        var (bob, eve) = (await Hub.Hub.RegisterAsync("bob"), await Hub.Hub.RegisterAsync("eve"));
        await TeamHub.AddAsync(Ada, workspace, bob, "viewer");
        Assert.Equal("test", (await (await bob.GetAsync($"api/workspaces/{workspace}/document")).OkAsync()).GetProperty("environment").Text("MODE"));
        Assert.False((await (await eve.GetAsync($"api/workspaces/{workspace}/document")).OkAsync()).TryGetProperty("environment", out _));
        await (await PatchAsync(bob, workspace, """{"tags":["x"]}""")).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        await (await Ada.PostAsync($"api/workspaces/{workspace}/archive")).OkAsync();
        await (await PatchAsync(Ada, workspace, """{"tags":["x"]}""")).ProblemAsync(HttpStatusCode.Forbidden, "workspace.archived");
    }

    [Fact]
    public async Task Workspaces_are_found_by_tag_however_it_is_written()
    {
        var first = await TeamHub.WorkspaceAsync(Ada, "First");
        var second = await TeamHub.WorkspaceAsync(Ada, "Second");
        var tagged = await PatchedAsync(first, """{"tags":[" Web ","Ünï","web"]}""");
        Assert.Equal("""["web","ünï"]""", JsonSerializer.Serialize(tagged.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), Relaxed));
        await PatchedAsync(second, """{"tags":["web"]}""");
        Assert.Equal(["Second", "First"], await NamesAsync("?tag=WEB"));
        Assert.Equal(["First"], await NamesAsync("?tag=" + Uri.EscapeDataString("Ünï ")));
        Assert.Equal(["First"], await NamesAsync("?tag=web&q=fir"));
        Assert.Empty(await NamesAsync("?tag=we"));
        Assert.Empty(await NamesAsync("?tag=a,b"));
        await PatchedAsync(first, """{"tags":null}""");
        Assert.Equal(["Second"], await NamesAsync("?tag=web"));
    }

    [Fact]
    public async Task A_template_gives_files_settings_deployment_and_tags_and_never_members_or_environment()
    {
        var created = await (await Ada.PostAsync("api/workspaces", new { name = "Template", isTemplate = true, isPublic = true })).OkAsync(HttpStatusCode.Created);
        var template = created.GetProperty("workspaceId").GetGuid();
        await PatchedAsync(
            template, """{"settings":{"theme":"dark"},"deployment":{"port":8080},"tags":["course"],"git":{"branch":"x"},"environment":{"A":"1","B":{"value":"secret","secret":true}}}""");
        foreach (var (path, content) in new[] { ("src/main.py", "print('hello')\n"), ("empty.txt", "") })
        {
            await (await Ada.PostAsync($"api/workspaces/{template}/files", new { path, content })).OkAsync(HttpStatusCode.Created);
        }
        var bob = await Hub.Hub.RegisterAsync("bob");
        var copied = await (await bob.PostAsync("api/workspaces", new { name = "Mine", templateId = template })).OkAsync(HttpStatusCode.Created);
        var copy = copied.GetProperty("workspaceId").GetGuid();
        Assert.False(copied.GetProperty("isTemplate").GetBoolean());
        var document = await (await bob.GetAsync($"api/workspaces/{copy}/document")).OkAsync();
        Assert.Equal(
            """{"settings":{"theme":"dark"},"environment":{},"deployment":{"port":8080},"git":{},"collaboration":{},"tags":["course"]""",
            document.GetRawText()[..document.GetRawText().IndexOf(",\"analytics\"", StringComparison.Ordinal)].Replace(": ", ":", StringComparison.Ordinal));
        var files = await bob.ItemsAsync($"api/workspaces/{copy}/files");
        Assert.Equal(["empty.txt", "src/main.py"], files.Select(file => file.Text("path")));
        Assert.Equal("print('hello')\n", await bob.Http.GetStringAsync($"api/workspaces/{copy}/files/{files[1].Text("fileId")}/content"));
        Assert.DoesNotContain(files[1].Text("fileId"), (await Ada.ItemsAsync($"api/workspaces/{template}/files")).Select(file => file.Text("fileId")));
        Assert.Equal([bob.Id.ToString()], (await bob.ItemsAsync($"api/workspaces/{copy}/members")).Select(member => member.Text("userId")));
        Assert.Single(await bob.ItemsAsync("api/workspaces?tag=course"));

        // The copy has a history of its own.
        using var text = new StringContent("changed", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.NoContent, (await bob.Http.PutAsync($"api/workspaces/{copy}/files/{files[1].Text("fileId")}/content", text)).StatusCode);
        var original = (await Ada.ItemsAsync($"api/workspaces/{template}/files"))[1].Text("fileId");
        Assert.Equal("print('hello')\n", await Ada.Http.GetStringAsync($"api/workspaces/{template}/files/{original}/content"));
    }

    [Fact]
    public async Task A_template_that_is_none_or_cannot_be_seen_is_refused_with_one_answer()
    {
        var plain = await TeamHub.WorkspaceAsync(Ada);
        var hidden = (await (await Ada.PostAsync("api/workspaces", new { name = "T", isTemplate = true })).OkAsync(HttpStatusCode.Created)).GetProperty("workspaceId").GetGuid();
        var bob = await Hub.Hub.RegisterAsync("bob");
        foreach (var (user, template) in new[] { (Ada, plain), (bob, hidden), (bob, Guid.CreateVersion7()) })
        {
            using var refused = await user.PostAsync("api/workspaces", new { name = "Copy", templateId = template });
            await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity, "workspace.no_template");
        }
        Assert.Empty(await bob.ItemsAsync("api/workspaces"));
    }

    [Fact]
    public async Task Activity_is_counted_and_cannot_be_patched()
    {
        var (_, workspace) = await TeamHub.SessionAsync(Ada);
        await (await PatchAsync(Ada, workspace, """{"analytics":{"edits":5}}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        var file = await (await Ada.PostAsync($"api/workspaces/{workspace}/files", new { path = "a.md", content = "x" })).OkAsync(HttpStatusCode.Created);
        using var text = new StringContent("changed", Encoding.UTF8, "text/plain");
        await Ada.Http.PutAsync($"api/workspaces/{workspace}/files/{file.Text("fileId")}/content", text);
        await Eventually.TrueAsync(async () =>
        {
            var analytics = (await (await Ada.GetAsync($"api/workspaces/{workspace}/document")).OkAsync()).GetProperty("analytics");
            return (analytics.GetProperty("sessions").GetInt64(), analytics.GetProperty("edits").GetInt64()) == (1, 1);
        });
    }

    [Fact]
    public async Task The_document_follows_name_owner_and_files_without_anyone_asking()
    {
        var workspace = await TeamHub.WorkspaceAsync(Ada);
        await (await Ada.PatchAsync($"api/workspaces/{workspace}", new { name = "Renamed" })).OkAsync();
        var file = await (await Ada.PostAsync($"api/workspaces/{workspace}/files", new { path = "a.md", content = "grüße" })).OkAsync(HttpStatusCode.Created);
        var documents = Hub.Hub.Services.GetRequiredService<IWorkspaceDocuments>();
        await Eventually.TrueAsync(async () =>
            (await documents.FindAsync(new WorkspaceId(workspace), default)).Value is { Name: "Renamed", Files: [{ Path: "a.md", Language: "markdown", Size: 7 }] });
        await (await Ada.PatchAsync($"api/workspaces/{workspace}/files/{file.Text("fileId")}", new { path = "b.md" })).OkAsync();
        await Eventually.TrueAsync(async () => (await documents.FindAsync(new WorkspaceId(workspace), default)).Value is { Files: [{ Path: "b.md" }] });
        await Ada.DeleteAsync($"api/workspaces/{workspace}");
        await Eventually.TrueAsync(async () => (await documents.FindAsync(new WorkspaceId(workspace), default)).Value is null);
        await Eventually.TrueAsync(async () => (await Hub.QueryAsync<long>("select count(*) from outbox where kind = 'document'"))[0] == 0);
        var ready = await (await Hub.Hub.Anonymous.GetAsync("healthz/ready")).OkAsync();
        Assert.Equal("healthy", ready.GetProperty("checks").GetProperty("documents").Text("status"));
    }

    /// <summary>Everything that the document store holds.</summary>
    protected abstract Task<IReadOnlyList<string>> StoredAsync();

    protected static JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    private async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(Guid workspace)
    {
        await using var scope = Hub.Hub.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<EnvironmentReader>().ReadAsync(new WorkspaceId(workspace), default)).Value;
    }

    private async Task<IEnumerable<string?>> NamesAsync(string query) => (await Ada.ItemsAsync("api/workspaces" + query)).Select(item => item.Text("name"));

    private async Task<JsonElement> PatchedAsync(Guid workspace, string patch) => await (await PatchAsync(Ada, workspace, patch)).OkAsync();

    internal static async Task<HttpResponseMessage> PatchAsync(TestUser user, Guid workspace, string patch, string? ifMatch = null, string type = "application/merge-patch+json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"api/workspaces/{workspace}/document");
        request.Content = new StringContent(patch, Encoding.UTF8, new MediaTypeHeaderValue(type));
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await user.Http.SendAsync(request);
    }
}

public sealed class SqliteDocumentTests(ITestOutputHelper output) : DocumentTests(output)
{
    protected override (string, (string, string)[]) Store => ("SQLite", [("ConnectionStrings:Postgres", ""), ("ConnectionStrings:Mongo", "")]);

    protected override async Task<IReadOnlyList<string>> StoredAsync() => await Hub.QueryAsync<string>("select environment || settings from mongo_workspaces");
}

public sealed class PostgresDocumentTests(ITestOutputHelper output) : DocumentTests(output)
{
    protected override (string, (string, string)[]) Store =>
        ("Postgres", [("ConnectionStrings:Postgres", PostgresServer.Shared.NewDatabase()), ("ConnectionStrings:Mongo", "")]);

    protected override async Task<IReadOnlyList<string>> StoredAsync() => await Hub.QueryAsync<string>("select cast(environment as text) from mongo_workspaces");
}

public sealed class MongoDocumentTests(ITestOutputHelper output) : DocumentTests(output)
{
    private readonly string _address = MongoServer.Shared.NewDatabase();

    protected override (string, (string, string)[]) Store =>
        (MongoServer.Shared.Description + ", the rest in Postgres", [("ConnectionStrings:Postgres", PostgresServer.Shared.NewDatabase()), ("ConnectionStrings:Mongo", _address)]);

    protected override async Task<IReadOnlyList<string>> StoredAsync() => [.. (await MongoServer.StoredAsync(_address)).Select(stored => stored.ToString())];
}
