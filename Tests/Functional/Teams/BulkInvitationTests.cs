using System.Net;
using System.Net.Http.Json;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>Many addresses invited by one call.</summary>
public class BulkInvitationTests
{
    [Fact]
    public async Task Each_address_gets_one_mail_one_invitation_and_one_audit_row_and_comes_in()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        var path = $"api/workspaces/{id}/invitations";
        var before = await (await ada.PostAsync(path, new { email = "bob@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);

        var sent = await (await ada.PostAsync($"{path}/bulk", new { emails = List("Cyd@example.org", "bob@example.org", "cyd@EXAMPLE.org"), role = "editor", expiresInHours = 2 })).OkAsync();

        var items = sent.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["cyd@example.org", "bob@example.org"], items.Select(item => item.Text("email")));
        Assert.All(items, item => Assert.Equal(["email", "invitation"], item.EnumerateObject().Select(member => member.Name)));
        Assert.All(items, item => Assert.Equal("editor", item.GetProperty("invitation").Text("role")));
        Assert.Equal(before.Text("invitationId"), items[1].GetProperty("invitation").Text("invitationId"));
        Assert.Equal(2, (await ada.ItemsAsync(path)).Length);
        var actions = await hub.QueryAsync<string>("select action from audit_logs where ws_id = @id order by log_id", new { id });
        Assert.Equal(["workspace.create", "invitation.create", "invitation.create", "invitation.create"], actions);

        await (await bob.PostAsync($"api/invitations/{items[1].GetProperty("invitation").Text("invitationId")}/accept")).OkAsync();
        Assert.Equal("editor", Assert.Single(await bob.ItemsAsync("api/workspaces")).Text("role"));
        var cyd = await hub.Hub.RegisterAsync("cyd");
        await (await cyd.PostAsync($"api/invitations/by-token/{await hub.MailedTokenAsync("cyd@example.org")}/accept")).OkAsync();
        Assert.Single(await cyd.ItemsAsync("api/workspaces"));
    }

    [Fact]
    public async Task An_address_that_meets_a_bound_is_refused_alone()
    {
        await using var hub = TeamHub.Start(("Limits:OpenInvitationsPerUser", "3"), ("Limits:InvitationsPerAddressAndDay", "1"));
        var ada = await hub.Hub.RegisterAsync("ada");
        var (session, _) = await TeamHub.SessionAsync(ada);
        var path = $"api/sessions/{session}/invitations";
        await (await ada.PostAsync(path, new { email = "bob@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);

        var sent = await (await ada.PostAsync($"{path}/bulk", new
        {
            emails = List("bob@example.org", "cyd@example.org", "dan@example.org", "eve@example.org"), role = "editor", message = "Come and see",
        })).OkAsync();

        var items = sent.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["rate.limited", null, null, "quota.invitations"], items.Select(item => item.TryGetProperty("code", out var code) ? code.GetString() : null));
        Assert.InRange(items[0].GetProperty("retryAfter").GetInt32(), 1, 86_400);
        Assert.False(string.IsNullOrWhiteSpace(items[3].Text("detail")));
        Assert.Equal("Come and see", items[1].GetProperty("invitation").Text("message"));
        Assert.Equal(["bob@example.org", "cyd@example.org", "dan@example.org"], (await ada.ItemsAsync(path)).Select(item => item.Text("email")).Order());
    }

    [Fact]
    public async Task What_is_wrong_with_the_call_refuses_all_of_it()
    {
        await using var hub = TeamHub.Start(("Limits:InvitationsPerCall", "2"));
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        var path = $"api/workspaces/{id}/invitations";
        var three = List("x@example.org", "y@example.org", "z@example.org");
        await (await ada.PostAsync($"{path}/bulk", new { emails = three, role = "viewer" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await bob.PostAsync($"{path}/bulk", new { emails = three[..1], role = "viewer" })).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        var guest = await hub.Hub.GuestAsync("Gus");
        var (session, _) = await TeamHub.SessionAsync(guest);
        await (await guest.PostAsync($"api/sessions/{session}/invitations/bulk", new { emails = three[..2], role = "viewer" })).ProblemAsync(HttpStatusCode.Forbidden, "access.guest");
        await (await ada.PostAsync($"api/sessions/{session}/end")).ProblemAsync(HttpStatusCode.NotFound, "session.not_found");
        Assert.Empty(await ada.ItemsAsync(path));
        Assert.Empty(await hub.QueryAsync<string>("select status from session_invitations"));
    }

    [Fact]
    public async Task A_repeated_call_with_the_same_key_invites_nobody_again()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var path = $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/invitations";
        var tokens = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/bulk") { Content = JsonContent.Create(new { emails = List("bob@example.org"), role = "viewer" }) };
            request.Headers.Add("Idempotency-Key", "once");
            using var response = await ada.Http.SendAsync(request);
            await response.OkAsync();
            tokens.Add(await hub.MailedTokenAsync("bob@example.org"));
        }
        Assert.Single(tokens.Distinct());
        Assert.Single(await hub.QueryAsync<string>("select action from audit_logs where action = 'invitation.create'"));
    }

    private static string[] List(params string[] addresses) => addresses;
}
