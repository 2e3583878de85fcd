using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Live;

namespace CollabHub.Tests.Functional.Teams;

public class MemberTests
{
    [Fact]
    public async Task A_member_is_added_changed_and_removed_and_everyone_hears_of_it()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        var added = await (await ada.PutAsync($"api/workspaces/{id}/members/{bob.Id}", new { role = "viewer" })).OkAsync();
        Assert.Equal(
            ["userId", "username", "displayName", "role", "status", "createdAt", "email"], added.EnumerateObject().Select(member => member.Name));
        Assert.Equal("viewer", Assert.Single(await bob.ItemsAsync("api/workspaces")).Text("role"));
        await TeamHub.AddAsync(ada, id, bob, "editor");
        await (await ada.DeleteAsync($"api/workspaces/{id}/members/{bob.Id}")).OkAsync(HttpStatusCode.NoContent);
        await (await bob.GetAsync($"api/workspaces/{id}")).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");

        var workspace = new WorkspaceId(id);
        Assert.Equal(
            [new MembershipChanged(workspace, bob.Id, "viewer"), new MembershipChanged(workspace, bob.Id, "editor"), new MembershipChanged(workspace, bob.Id, null)],
            hub.Events.OfType<MembershipChanged>());
        Assert.Equal(3, hub.Events.Count(e => e is AccessChanged changed && changed.User == bob.Id && changed.Workspace == workspace));
        var actions = await hub.QueryAsync<string>("select action from audit_logs where ws_id = @id order by log_id", new { id });
        Assert.Equal(["workspace.create", "member.add", "member.update", "member.remove"], actions);
    }

    [Fact]
    public async Task Addresses_are_shown_to_managers_and_to_oneself()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, cyd) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("cyd"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, id, bob, "admin");
        await TeamHub.AddAsync(ada, id, cyd, "editor");
        var path = $"api/workspaces/{id}/members";
        Assert.Equal(["ada@example.org", "bob@example.org", "cyd@example.org"], (await bob.ItemsAsync(path)).Select(member => member.Text("email")));
        var seenByEditor = await cyd.ItemsAsync(path);
        Assert.Equal(["ada", "bob", "cyd"], seenByEditor.Select(member => member.Text("username")));
        Assert.Equal("cyd@example.org", Assert.Single(seenByEditor, member => member.TryGetProperty("email", out _)).Text("email"));
    }

    [Theory]
    [InlineData("admin", "admin", HttpStatusCode.OK, null)]
    [InlineData("admin", "owner", HttpStatusCode.Forbidden, "access.grant_too_strong")]
    [InlineData("owner", "owner", HttpStatusCode.Forbidden, "access.grant_too_strong")]
    [InlineData("editor", "viewer", HttpStatusCode.Forbidden, "access.role_too_weak")]
    [InlineData("admin", "king", HttpStatusCode.UnprocessableEntity, "validation.failed")]
    public async Task Nobody_grants_above_the_own_role(string own, string granted, HttpStatusCode expected, string? code)
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, cyd) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("cyd"));
        var id = await TeamHub.WorkspaceAsync(ada);
        if (own != "owner") await TeamHub.AddAsync(ada, id, bob, own);
        var actor = own == "owner" ? ada : bob;
        var response = await actor.PutAsync($"api/workspaces/{id}/members/{cyd.Id}", new { role = granted });
        if (code is null) await response.OkAsync(expected);
        else await response.ProblemAsync(expected, code);
    }

    [Fact]
    public async Task The_owner_can_neither_leave_nor_be_lowered_nor_be_touched_by_an_admin()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, id, bob, "admin");
        var owner = $"api/workspaces/{id}/members/{ada.Id}";
        await (await ada.DeleteAsync(owner)).ProblemAsync(HttpStatusCode.Conflict, "workspace.last_owner");
        await (await ada.PutAsync(owner, new { role = "admin" })).ProblemAsync(HttpStatusCode.Conflict, "workspace.last_owner");
        await (await bob.DeleteAsync(owner)).ProblemAsync(HttpStatusCode.Forbidden, "access.target_too_strong");
        await (await bob.PutAsync(owner, new { role = "viewer" })).ProblemAsync(HttpStatusCode.Forbidden, "access.target_too_strong");
        Assert.Equal(["owner", "admin"], (await ada.ItemsAsync($"api/workspaces/{id}/members")).Select(member => member.Text("role")));
    }

    [Fact]
    public async Task Anyone_else_may_leave()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, id, bob, "viewer");
        await (await bob.DeleteAsync($"api/workspaces/{id}/members/{bob.Id}")).OkAsync(HttpStatusCode.NoContent);
        Assert.Empty(await bob.ItemsAsync("api/workspaces"));
        await (await ada.DeleteAsync($"api/workspaces/{id}/members/{bob.Id}")).ProblemAsync(HttpStatusCode.NotFound, "member.not_found");
    }

    [Fact]
    public async Task Guests_and_strangers_to_the_server_do_not_become_members()
    {
        await using var hub = TeamHub.Start();
        var (ada, guest) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.GuestAsync("Gus"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await (await ada.PutAsync($"api/workspaces/{id}/members/{guest.Id}", new { role = "viewer" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "member.no_such_account");
        await (await ada.PutAsync($"api/workspaces/{id}/members/{Guid.CreateVersion7()}", new { role = "viewer" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "member.no_such_account");
    }

    [Fact]
    public async Task Who_is_removed_or_lowered_loses_as_much_in_the_workspaces_sessions()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, id, bob, "editor");
        var (session, _) = await TeamHub.SessionAsync(bob, id);
        await TeamHub.AddAsync(ada, id, bob, "viewer");
        Assert.Equal("viewer", (await (await bob.GetAsync($"api/sessions/{session}")).OkAsync()).Text("role"));
        await (await ada.DeleteAsync($"api/workspaces/{id}/members/{bob.Id}")).OkAsync(HttpStatusCode.NoContent);
        await (await bob.GetAsync($"api/sessions/{session}")).ProblemAsync(HttpStatusCode.NotFound, "session.not_found");
        Assert.Contains(new ParticipantChanged(new SessionId(session), bob.Id), hub.Events);
        Assert.Equal("owner", (await (await ada.PostAsync($"api/sessions/{session}/end")).OkAsync()).Text("role"));
    }

    [Fact]
    public async Task Ownership_goes_to_a_member_and_the_old_owner_stays_as_admin()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, cyd) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("cyd"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, id, bob, "viewer");
        var transfer = $"api/workspaces/{id}/transfer";
        await (await ada.PostAsync(transfer, new { userId = cyd.Id.Value })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "workspace.new_owner_not_member");
        await (await ada.PostAsync(transfer, new { userId = ada.Id.Value })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "workspace.new_owner_not_member");
        await (await ada.PostAsync(transfer, new { })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await hub.SqlAsync("update users set is_active = false where user_id = @id", new { id = bob.Id.Value });
        await (await ada.PostAsync(transfer, new { userId = bob.Id.Value })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "workspace.new_owner_not_member");
        await hub.SqlAsync("update users set is_active = true where user_id = @id", new { id = bob.Id.Value });
        var moved = await (await ada.PostAsync(transfer, new { userId = bob.Id.Value })).OkAsync();
        Assert.Equal((bob.Id.ToString(), "admin"), (moved.Text("ownerId"), moved.Text("role")));
        Assert.Equal("owner", (await (await bob.GetAsync($"api/workspaces/{id}")).OkAsync()).Text("role"));
        await (await ada.PostAsync(transfer, new { userId = bob.Id.Value })).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
    }

    [Fact]
    public async Task Ownership_does_not_go_to_someone_who_owns_enough()
    {
        await using var hub = TeamHub.Start(("Limits:WorkspacesPerUser", "1"));
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.WorkspaceAsync(bob);
        await TeamHub.AddAsync(ada, id, bob, "admin");
        await (await ada.PostAsync($"api/workspaces/{id}/transfer", new { userId = bob.Id.Value })).ProblemAsync(HttpStatusCode.Conflict, "quota.workspaces");
        Assert.Equal("owner", (await (await ada.GetAsync($"api/workspaces/{id}")).OkAsync()).Text("role"));
    }

    [Fact]
    public async Task Of_a_hundred_transfers_at_once_one_succeeds_and_one_owner_is_left()
    {
        const int rivals = 100;
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var id = await TeamHub.WorkspaceAsync(ada);
        var people = await Task.WhenAll(Enumerable.Range(0, rivals).Select(n => hub.Hub.RegisterAsync($"p{n}")));
        foreach (var person in people) await TeamHub.AddAsync(ada, id, person, "editor");

        var answers = await Task.WhenAll(people.Select(person => ada.PostAsync($"api/workspaces/{id}/transfer", new { userId = person.Id.Value })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(rivals - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
        var members = await ada.ItemsAsync($"api/workspaces/{id}/members?limit=200");
        var owner = Assert.Single(members, member => member.Text("role") == "owner");
        Assert.Equal((await (await ada.GetAsync($"api/workspaces/{id}")).OkAsync()).Text("ownerId"), owner.Text("userId"));
        Assert.Single(await hub.QueryAsync<long>("select log_id from audit_logs where action = 'workspace.transfer'"));
    }
}
