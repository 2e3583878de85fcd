using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Live;
using CollabHub.Domain.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Teams;

public class SessionTests
{
    [Fact]
    public async Task A_new_session_has_the_shape_of_the_contract_and_a_private_workspace_of_its_own()
    {
        await using var hub = TeamHub.Start();
        var guest = await hub.Hub.GuestAsync("Gus");
        var before = await hub.AuditRowsAsync();
        var response = await guest.PostAsync(
            "api/sessions", new { name = "Pairing", description = "Fix it", language = "python", framework = "flask", isDynamic = true });
        var created = await response.OkAsync(HttpStatusCode.Created);
        Assert.Equal(
            ["sessionId", "workspaceId", "name", "description", "language", "framework", "isDynamic", "ownerId", "status", "role", "createdAt", "updatedAt", "lastActive"],
            created.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Pairing", "python", "active", "owner"), (created.Text("name"), created.Text("language"), created.Text("status"), created.Text("role")));
        Assert.True(created.GetProperty("isDynamic").GetBoolean());
        Assert.Equal(created.GetRawText(), (await (await guest.GetAsync(response.Headers.Location!.ToString())).OkAsync()).GetRawText());
        Assert.Equal(before + 1, await hub.AuditRowsAsync());

        var workspace = await (await guest.GetAsync($"api/workspaces/{created.Text("workspaceId")}")).OkAsync();
        Assert.Equal(("owner", false), (workspace.Text("role"), workspace.GetProperty("isPublic").GetBoolean()));
        var me = Assert.Single(await guest.ItemsAsync($"api/sessions/{created.Text("sessionId")}/participants"));
        Assert.Equal(["userId", "username", "displayName", "role", "joinedAt", "lastActive", "isActive"], me.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Gus", "owner"), (me.Text("displayName"), me.Text("role")));
    }

    [Fact]
    public async Task Guests_open_sessions_but_neither_workspaces_nor_sessions_on_one()
    {
        await using var hub = TeamHub.Start();
        var guest = await hub.Hub.GuestAsync();
        await (await guest.PostAsync("api/workspaces", new { name = "No" })).ProblemAsync(HttpStatusCode.Forbidden, "access.guest");
        var (_, workspace) = await TeamHub.SessionAsync(guest);
        await (await guest.PostAsync("api/sessions", new { name = "No", workspaceId = workspace })).ProblemAsync(HttpStatusCode.Forbidden, "access.guest");
        await (await guest.PostAsync($"api/workspaces/{workspace}/invitations", new { email = "x@example.org", role = "viewer" })).ProblemAsync(HttpStatusCode.Forbidden, "access.guest");
        var ada = await hub.Hub.RegisterAsync("ada");
        await (await guest.PutAsync($"api/workspaces/{workspace}/members/{ada.Id}", new { role = "viewer" })).ProblemAsync(HttpStatusCode.Forbidden, "access.guest");
    }

    [Fact]
    public async Task A_session_is_changed_ended_and_reopened_by_its_owner_and_by_admins_of_the_workspace()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, cyd) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("cyd"));
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, workspace, bob, "editor");
        await TeamHub.AddAsync(ada, workspace, cyd, "editor");
        var (id, _) = await TeamHub.SessionAsync(bob, workspace);
        var path = $"api/sessions/{id}";
        var session = new SessionId(id);

        var patched = await (await bob.PatchAsync(path, new { name = "Mob", language = "go" })).OkAsync();
        Assert.Equal(("Mob", "go"), (patched.Text("name"), patched.Text("language")));
        Assert.Null((await (await ada.PatchAsync(path, new { language = (string?)null })).OkAsync()).Text("language"));
        await (await cyd.PatchAsync(path, new { name = "No" })).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        await (await cyd.PostAsync($"{path}/end")).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");

        Assert.Equal("ended", (await (await ada.PostAsync($"{path}/end")).OkAsync()).Text("status"));
        await (await bob.PatchAsync(path, new { name = "No" })).ProblemAsync(HttpStatusCode.Conflict, "session.ended");
        Assert.Empty(await bob.ItemsAsync("api/sessions?status=active"));
        Assert.Single(await bob.ItemsAsync("api/sessions?status=ended"));
        Assert.Equal("active", (await (await bob.PostAsync($"{path}/reopen")).OkAsync()).Text("status"));
        Assert.Contains(new SessionEnded(session), hub.Events);
        Assert.Equal(3, hub.Events.Count(e => e.Equals(new SessionChanged(session))));
        Assert.Equal(2, hub.Events.Count(e => e.Equals(new AccessChanged(null, new WorkspaceId(workspace), session))));
        await (await bob.GetAsync("api/sessions?status=paused")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    [Fact]
    public async Task Joining_makes_members_participants_by_their_role_and_keeps_everyone_else_out()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, cyd) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("cyd"));
        var dan = await hub.Hub.RegisterAsync("dan");
        var workspace = await TeamHub.WorkspaceAsync(ada, isPublic: true);
        await TeamHub.AddAsync(ada, workspace, bob, "editor");
        await TeamHub.AddAsync(ada, workspace, cyd, "viewer");
        var (id, _) = await TeamHub.SessionAsync(bob, workspace);

        var before = await hub.AuditRowsAsync();
        Assert.Equal(Role.Owner, (await JoinAsync(hub, bob, id)).Value.Role);
        Assert.Equal(before, await hub.AuditRowsAsync());
        Assert.Equal(Role.Editor, (await JoinAsync(hub, ada, id)).Value.Role);
        Assert.Equal(Role.Viewer, (await JoinAsync(hub, cyd, id)).Value.Role);
        Assert.Equal(before + 2, await hub.AuditRowsAsync());
        Assert.Equal("session.not_found", (await JoinAsync(hub, dan, id)).Error!.Code);
        var (active, joined) = ((await (await bob.GetAsync($"api/workspaces/{workspace}")).OkAsync()).Text("lastActive"), (await (await bob.GetAsync($"api/sessions/{id}")).OkAsync()).Text("lastActive"));
        Assert.Equal(joined, active);
        Assert.Equal(["bob", "ada", "cyd"], (await cyd.ItemsAsync($"api/sessions/{id}/participants")).Select(p => p.Text("username")));

        await (await bob.PostAsync($"api/sessions/{id}/end")).OkAsync();
        Assert.Equal("session.ended", (await JoinAsync(hub, cyd, id)).Error!.Code);
    }

    [Fact]
    public async Task Participants_are_changed_and_removed_by_the_owner_and_leave_by_themselves()
    {
        await using var hub = TeamHub.Start();
        var (ada, guest, other) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.GuestAsync("Gus"), await hub.Hub.GuestAsync("Gwen"));
        var (id, _) = await TeamHub.SessionAsync(ada);
        var token = await TeamHub.ShareAsync(ada, id);
        foreach (var person in new[] { guest, other }) await (await person.PostAsync($"api/invitations/by-token/{token}/accept")).OkAsync();
        var (list, session) = ($"api/sessions/{id}/participants", new SessionId(id));

        Assert.Equal("viewer", (await (await ada.PatchAsync($"{list}/{guest.Id}", new { role = "viewer" })).OkAsync()).Text("role"));
        Assert.Equal("viewer", (await (await guest.GetAsync($"api/sessions/{id}")).OkAsync()).Text("role"));
        await (await other.PatchAsync($"{list}/{guest.Id}", new { role = "editor" })).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        await (await ada.PatchAsync($"{list}/{guest.Id}", new { role = "owner" })).ProblemAsync(HttpStatusCode.Forbidden, "access.grant_too_strong");
        await (await ada.PatchAsync($"{list}/{guest.Id}", new { role = "admin" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await ada.PatchAsync($"{list}/{ada.Id}", new { role = "viewer" })).ProblemAsync(HttpStatusCode.Conflict, "session.last_owner");
        await (await ada.DeleteAsync($"{list}/{ada.Id}")).ProblemAsync(HttpStatusCode.Conflict, "session.last_owner");
        await (await other.DeleteAsync($"{list}/{guest.Id}")).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");

        await (await ada.DeleteAsync($"{list}/{guest.Id}")).OkAsync(HttpStatusCode.NoContent);
        await (await guest.GetAsync($"api/sessions/{id}")).ProblemAsync(HttpStatusCode.NotFound, "session.not_found");
        await (await ada.DeleteAsync($"{list}/{guest.Id}")).ProblemAsync(HttpStatusCode.NotFound, "participant.not_found");
        await (await other.DeleteAsync($"{list}/{other.Id}")).OkAsync(HttpStatusCode.NoContent);
        Assert.Empty(await other.ItemsAsync("api/sessions"));
        Assert.Contains(new AccessChanged(guest.Id, hub.Events.OfType<AccessChanged>().First().Workspace, session), hub.Events);
        Assert.Equal(2, hub.Events.Count(e => e.Equals(new ParticipantChanged(session, other.Id))));
    }

    [Fact]
    public async Task Nobody_has_more_open_sessions_than_the_limit()
    {
        await using var hub = TeamHub.Start(("Limits:OpenSessionsPerUser", "1"));
        var ada = await hub.Hub.RegisterAsync("ada");
        var (first, _) = await TeamHub.SessionAsync(ada);
        await (await ada.PostAsync("api/sessions", new { name = "Two" })).ProblemAsync(HttpStatusCode.Conflict, "quota.sessions");
        await (await ada.PostAsync($"api/sessions/{first}/end")).OkAsync();
        await TeamHub.SessionAsync(ada);
        await (await ada.PostAsync($"api/sessions/{first}/reopen")).ProblemAsync(HttpStatusCode.Conflict, "quota.sessions");
    }

    private static async Task<Domain.Errors.Result<Participant>> JoinAsync(TeamHub hub, TestUser user, Guid session)
    {
        await using var scope = hub.Hub.Services.CreateAsyncScope();
        var joining = scope.ServiceProvider.GetRequiredService<JoiningSession>();
        return await joining.JoinAsync(new Call(new Actor(user.Id), new CallOrigin(null, null)), new SessionId(session), default);
    }
}
