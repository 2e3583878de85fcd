using System.Net;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>What comes in wrong is refused with the field named, and leaves nothing behind.</summary>
public sealed class BadInputTests(SharedHub shared) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":"a\u202eb"}""", "name")]
    [InlineData("""{"name":"a\u0000b"}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "name")]
    [InlineData("""{"name":"x","ownerId":"00000000-0000-0000-0000-000000000001"}""", "ownerId")]
    [InlineData("""{"name":"x","status":"archived"}""", "status")]
    [InlineData("""{"name":"x","name":"y"}""", "name")]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"name":"x","isPublic":"yes"}""", "isPublic")]
    public async Task What_is_not_acceptable_is_refused_with_the_field_named(string body, string field)
    {
        var ada = await shared.SomeoneAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await ada.Http.PostAsync("api/workspaces", content);
        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, $"{(int)response.StatusCode}");
        if (response.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
            Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        }
        Assert.Empty(await ada.ItemsAsync("api/workspaces"));
    }

    [Theory]
    [InlineData("""{"description":3}""", "description")]
    [InlineData("""{"name":["x"]}""", "name")]
    [InlineData("""{"role":"owner"}""", "role")]
    [InlineData("""{"description":"a\u0007b"}""", "description")]
    public async Task A_patch_that_is_not_acceptable_is_refused_with_the_field_named_and_changes_nothing(string body, string field)
    {
        var ada = await shared.SomeoneAsync();
        var path = $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}";
        var before = await (await ada.GetAsync(path)).OkAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await ada.Http.PatchAsync(path, content);
        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(before.GetRawText(), (await (await ada.GetAsync(path)).OkAsync()).GetRawText());
    }

    [Fact]
    public async Task Names_are_measured_in_characters_as_people_count_them_and_in_bytes()
    {
        var ada = await shared.SomeoneAsync();
        await TeamHub.WorkspaceAsync(ada, new string('x', 100));
        await (await ada.PostAsync("api/workspaces", new { name = new string('x', 101) })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await ada.PostAsync("api/workspaces", new { name = "e" + new string('\u0301', 300) })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        var composed = await TeamHub.WorkspaceAsync(ada, "Cafe\u0301");
        Assert.Equal("Caf\u00e9", (await (await ada.GetAsync($"api/workspaces/{composed}")).OkAsync()).Text("name"));
    }

    [Theory]
    [InlineData("api/workspaces/not-a-uuid")]
    [InlineData("api/workspaces/00000000-0000-0000-0000-000000000000")]
    [InlineData("api/workspaces/{018F0000-0000-7000-8000-000000000000}")]
    [InlineData("api/workspaces/018F0000-0000-7000-8000-00000000ABCD")]
    [InlineData("api/workspaces/..%2f..%2fetc")]
    [InlineData("api/workspaces/'%20or%201=1")]
    [InlineData("api/sessions/018F0000000070008000000000000000")]
    public async Task An_id_that_is_none_is_not_found(string path)
    {
        var ada = await shared.SomeoneAsync();
        using var response = await ada.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("""{"role":"viewer"}""", "email")]
    [InlineData("""{"role":"viewer","email":"a@example.org","userId":"018f0000-0000-7000-8000-000000000000"}""", "email")]
    [InlineData("""{"role":"viewer","email":"not an address"}""", "email")]
    [InlineData("""{"role":"viewer","email":"a@example.org\r\nBcc: b@example.org"}""", "email")]
    [InlineData("""{"role":"boss","email":"a@example.org"}""", "role")]
    [InlineData("""{"role":"viewer","email":"a@example.org","expiresInHours":169}""", "expiresInHours")]
    [InlineData("""{"role":"viewer","email":"a@example.org","expiresInHours":0}""", "expiresInHours")]
    [InlineData("""{"role":"viewer","email":"a@example.org","invitedBy":"018f0000-0000-7000-8000-000000000000"}""", "invitedBy")]
    public async Task A_bad_workspace_invitation_is_refused_with_the_field_named(string body, string field)
    {
        var ada = await shared.SomeoneAsync();
        await RefusedAsync(ada, $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/invitations", body, field);
    }

    [Theory]
    [InlineData("""{"role":"viewer"}""", "emails")]
    [InlineData("""{"role":"viewer","emails":[]}""", "emails")]
    [InlineData("""{"role":"viewer","emails":[null]}""", "emails")]
    [InlineData("""{"role":"viewer","emails":["a@example.org","nobody"]}""", "emails")]
    [InlineData("""{"role":"viewer","emails":["a@example.org\r\nBcc: b@example.org"]}""", "emails")]
    [InlineData("""{"role":"boss","emails":["a@example.org"]}""", "role")]
    [InlineData("""{"role":"viewer","emails":["a@example.org"],"expiresInHours":169}""", "expiresInHours")]
    public async Task A_bad_list_of_invitations_is_refused_with_the_field_named(string body, string field)
    {
        var ada = await shared.SomeoneAsync();
        await RefusedAsync(ada, $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/invitations", body, field, "/bulk");
    }

    [Theory]
    [InlineData("Look at https://evil.example", false)]
    [InlineData("go to www.evil.example", false)]
    [InlineData("evil.com is nice", false)]
    [InlineData("evil.xx/path", false)]
    [InlineData("a\r\nBcc: b@example.org", false)]
    [InlineData("right\u202eleft", false)]
    [InlineData("Please look at main.py, it e.g. fails. Thanks!", true)]
    public async Task A_message_is_one_line_of_plain_text_without_links(string message, bool accepted)
    {
        var ada = await shared.SomeoneAsync();
        var path = $"api/sessions/{(await TeamHub.SessionAsync(ada)).Session}/invitations";
        var body = System.Text.Json.JsonSerializer.Serialize(new { email = "bob@example.org", role = "viewer", message });
        if (!accepted)
        {
            await RefusedAsync(ada, path, body, "message");
            return;
        }
        await (await ada.PostAsync(path, new { email = "bob@example.org", role = "viewer", message })).OkAsync(HttpStatusCode.Created);
        Assert.Contains(message, (await shared.Hub.Hub.MailToAsync("bob@example.org")).TextBody, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(TestUser user, string path, string body, string field, string action = "")
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await user.Http.PostAsync(path + action, content);
        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Empty(await user.ItemsAsync(path));
    }
}

/// <summary>One server for tests that do not mind each other.</summary>
public sealed class SharedHub : IAsyncLifetime
{
    private int _people;

    /// <summary>The server.</summary>
    public TeamHub Hub { get; } = TeamHub.Start();

    /// <summary>A new person.</summary>
    public Task<TestUser> SomeoneAsync() => Hub.Hub.RegisterAsync($"someone{Interlocked.Increment(ref _people)}");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Hub.DisposeAsync().AsTask();
}
