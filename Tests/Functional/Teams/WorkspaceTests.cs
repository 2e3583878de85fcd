using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Live;

namespace CollabHub.Tests.Functional.Teams;

public class WorkspaceTests
{
    [Fact]
    public async Task A_new_workspace_has_the_shape_of_the_contract_and_is_in_its_owners_list()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var response = await ada.PostAsync("api/workspaces", new { name = "  Rocket ", description = "To the moon\nand back" });
        var created = await response.OkAsync(HttpStatusCode.Created);
        Assert.Equal(
            ["workspaceId", "name", "description", "ownerId", "isPublic", "isTemplate", "status", "role", "createdAt", "updatedAt", "lastActive"],
            created.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Rocket", "To the moon\nand back", "active", "owner"), (created.Text("name"), created.Text("description"), created.Text("status"), created.Text("role")));
        Assert.Equal(ada.Id.ToString(), created.Text("ownerId"));
        Assert.Equal($"/api/workspaces/{created.Text("workspaceId")}", response.Headers.Location!.ToString());
        Assert.EndsWith("Z", created.Text("createdAt"), StringComparison.Ordinal);

        var read = await (await ada.GetAsync(response.Headers.Location.ToString())).OkAsync();
        Assert.Equal(created.GetRawText(), read.GetRawText());
        Assert.Equal(created.GetRawText(), Assert.Single(await ada.ItemsAsync("api/workspaces")).GetRawText());
    }

    [Fact]
    public async Task A_list_is_paged_with_a_cursor_and_filtered_by_name_and_status()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        for (var n = 0; n < 5; n++) await TeamHub.WorkspaceAsync(ada, $"W{n}");
        var names = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await (await ada.GetAsync("api/workspaces?limit=2" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"))).OkAsync();
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("name")));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);
        Assert.Equal(["W4", "W3", "W2", "W1", "W0"], names);

        var archived = (await ada.ItemsAsync("api/workspaces?q=w3"))[0].Text("workspaceId");
        await (await ada.PostAsync($"api/workspaces/{archived}/archive")).OkAsync();
        Assert.Equal(["W3"], (await ada.ItemsAsync("api/workspaces?status=archived")).Select(item => item.Text("name")));
        Assert.Equal(4, (await ada.ItemsAsync("api/workspaces?status=active")).Length);
        await (await ada.GetAsync("api/workspaces?status=deleted")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await ada.GetAsync("api/workspaces?cursor=W3")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await ada.GetAsync("api/workspaces?limit=201")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_clears_what_it_nulls_and_audits_only_that()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var id = await TeamHub.WorkspaceAsync(ada);
        await (await ada.PatchAsync($"api/workspaces/{id}", new { description = "New" })).OkAsync();
        var renamed = await (await ada.PatchAsync($"api/workspaces/{id}", new { name = "Comet" })).OkAsync();
        Assert.Equal(("Comet", "New"), (renamed.Text("name"), renamed.Text("description")));
        var cleared = await (await ada.PatchAsync($"api/workspaces/{id}", new { description = (string?)null })).OkAsync();
        Assert.Null(cleared.Text("description"));

        // Postgres writes JSON with blanks.
        const string sql = """
            select action, replace(cast(old_value as text), ': ', ':') as old_value, replace(cast(new_value as text), ': ', ':') as new_value
            from audit_logs where ws_id = @id order by log_id
            """;
        var rows = await hub.QueryAsync<AuditRow>(sql, new { id });
        Assert.Equal(["workspace.create", "workspace.update", "workspace.update", "workspace.update"], rows.Select(row => row.Action));
        Assert.Equal(("""{"name":"Rocket"}""", """{"name":"Comet"}"""), (rows[2].OldValue, rows[2].NewValue));

        await (await ada.PatchAsync($"api/workspaces/{id}", new { name = "Comet" })).OkAsync();
        Assert.Equal(4L, (await hub.QueryAsync<long>("select count(*) from audit_logs where ws_id = @id", new { id }))[0]);
    }

    [Fact]
    public async Task An_archived_workspace_is_read_only_until_it_is_restored()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var id = await TeamHub.WorkspaceAsync(ada);
        Assert.Equal("archived", (await (await ada.PostAsync($"api/workspaces/{id}/archive")).OkAsync()).Text("status"));
        await (await ada.PatchAsync($"api/workspaces/{id}", new { name = "No" })).ProblemAsync(HttpStatusCode.Forbidden, "workspace.archived");
        await (await ada.PostAsync("api/sessions", new { name = "No", workspaceId = id })).ProblemAsync(HttpStatusCode.Forbidden, "workspace.archived");
        Assert.Equal("active", (await (await ada.PostAsync($"api/workspaces/{id}/restore")).OkAsync()).Text("status"));
        await TeamHub.SessionAsync(ada, id);
        Assert.Equal(2, hub.Events.Count(e => e is AccessChanged { User: null } changed && changed.Workspace == new WorkspaceId(id)));
    }

    [Fact]
    public async Task A_deleted_workspace_takes_sessions_and_invitations_with_it()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var (session, id) = await TeamHub.SessionAsync(ada);
        var token = await TeamHub.ShareAsync(ada, session);
        await (await ada.DeleteAsync($"api/workspaces/{id}")).OkAsync(HttpStatusCode.NoContent);
        await (await ada.GetAsync($"api/workspaces/{id}")).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        await (await ada.GetAsync($"api/sessions/{session}")).ProblemAsync(HttpStatusCode.NotFound, "session.not_found");
        await (await bob.PostAsync($"api/invitations/by-token/{token}/accept")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone");
        Assert.Contains(new SessionEnded(new SessionId(session)), hub.Events);
        Assert.Contains(new AccessChanged(null, new WorkspaceId(id), null), hub.Events);
    }

    [Fact]
    public async Task A_public_workspace_is_readable_without_signing_in_and_listed_for_members_only()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada, isPublic: true);
        using var nobody = hub.Hub.Anonymous;
        Assert.Equal("viewer", (await (await nobody.GetAsync($"api/workspaces/{id}")).OkAsync()).Text("role"));
        Assert.Empty(await bob.ItemsAsync("api/workspaces"));
        var member = Assert.Single(await bob.ItemsAsync($"api/workspaces/{id}/members"));
        Assert.False(member.TryGetProperty("email", out _));
        await (await ada.PatchAsync($"api/workspaces/{id}", new { isPublic = false })).OkAsync();
        await (await nobody.GetAsync($"api/workspaces/{id}")).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        Assert.Contains(new AccessChanged(null, new WorkspaceId(id), null), hub.Events);
    }

    [Fact]
    public async Task A_creating_call_that_is_repeated_with_its_key_creates_once()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        ada.Http.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var (first, second) = (await TeamHub.WorkspaceAsync(ada), await TeamHub.WorkspaceAsync(ada));
        Assert.Equal(first, second);
        Assert.Single(await ada.ItemsAsync("api/workspaces"));
    }

    [Fact]
    public async Task Nobody_owns_more_workspaces_than_the_limit()
    {
        await using var hub = TeamHub.Start(("Limits:WorkspacesPerUser", "1"));
        var ada = await hub.Hub.RegisterAsync("ada");
        var id = await TeamHub.WorkspaceAsync(ada);
        await (await ada.PostAsync("api/workspaces", new { name = "Two" })).ProblemAsync(HttpStatusCode.Conflict, "quota.workspaces");
        await (await ada.PostAsync("api/sessions", new { name = "Two" })).ProblemAsync(HttpStatusCode.Conflict, "quota.workspaces");
        await (await ada.DeleteAsync($"api/workspaces/{id}")).OkAsync(HttpStatusCode.NoContent);
        await TeamHub.WorkspaceAsync(ada, "Two");
    }

    private sealed record AuditRow
    {
        public string Action { get; init; } = "";
        public string? OldValue { get; init; }
        public string? NewValue { get; init; }
    }
}
