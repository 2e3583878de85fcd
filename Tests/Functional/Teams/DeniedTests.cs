using System.Net;
using System.Net.Http.Json;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>Refused actions leave rows, but nobody floods the table with them.</summary>
public class DeniedTests
{
    [Fact]
    public async Task A_refusal_says_who_tried_what_on_which_thing_and_why()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, eve) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("eve"));
        var (session, workspace) = await TeamHub.SessionAsync(ada);
        await TeamHub.AddAsync(ada, workspace, bob, "viewer");
        await (await bob.DeleteAsync($"api/workspaces/{workspace}")).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        await (await bob.PostAsync($"api/sessions/{session}/end")).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        await (await eve.DeleteAsync($"api/workspaces/{workspace}")).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");

        var rows = await ada.ItemsAsync($"api/workspaces/{workspace}/audit?action=access.denied");
        Assert.Equal(["session", "workspace"], rows.Select(row => row.Text("resourceType")));
        Assert.Equal([session.ToString(), workspace.ToString()], rows.Select(row => row.Text("resourceId")));
        Assert.All(rows, row => Assert.Equal((bob.Id.ToString(), "127.0.0.1"), (row.Text("userId"), row.Text("ipAddress"))));
        var told = rows[1].GetProperty("newValue");
        Assert.Equal(("DELETE /api/workspaces/{wsId:uuid}", "access.role_too_weak", 2), (told.Text("attempt"), told.Text("code"), told.EnumerateObject().Count()));
        Assert.True((await (await ada.GetAsync($"api/workspaces/{workspace}/audit/verify")).OkAsync()).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Who_tries_again_and_again_leaves_only_so_many_rows()
    {
        await using var hub = TeamHub.Start(("Limits:DeniedRowsPerUserAndMinute", "3"), ("Auth:AllowGuests", "false"));
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, workspace, bob, "viewer");
        for (var n = 0; n < 10; n++) await (await bob.DeleteAsync($"api/workspaces/{workspace}")).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        using var nobody = hub.Hub.Anonymous;
        for (var n = 0; n < 10; n++) await (await nobody.PostAsJsonAsync("api/auth/guest", new { })).ProblemAsync(HttpStatusCode.Forbidden, "auth.guests_not_allowed");
        Assert.Equal([3L, 3L], await hub.QueryAsync<long>("select count(*) from audit_logs where action = 'access.denied' group by user_id"));
    }
}
