using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Live;

namespace CollabHub.Tests.Functional.Teams;

public class InvitationTests
{
    [Fact]
    public async Task An_invited_address_registers_later_and_comes_in_by_the_mailed_link()
    {
        await using var hub = TeamHub.Start(("Email:BaseUrl", "https://hub.example.net/"));
        var ada = await hub.Hub.RegisterAsync("ada");
        var id = await TeamHub.WorkspaceAsync(ada, "R&D <x>");
        var response = await ada.PostAsync($"api/workspaces/{id}/invitations", new { email = "Bob@Example.org", role = "editor" });
        var sent = await response.OkAsync(HttpStatusCode.Created);
        Assert.Equal(
            ["invitationId", "kind", "targetName", "email", "userId", "role", "message", "status", "invitedBy", "createdAt", "expiresAt", "workspaceId"],
            sent.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("workspace", "bob@example.org", "pending", "ada"), (sent.Text("kind"), sent.Text("email"), sent.Text("status"), sent.GetProperty("invitedBy").Text("displayName")));
        Assert.Equal(TimeSpan.FromHours(168), sent.GetProperty("expiresAt").GetDateTimeOffset() - sent.GetProperty("createdAt").GetDateTimeOffset());

        var token = await hub.MailedTokenAsync("bob@example.org");
        var mail = await hub.Hub.MailToAsync("bob@example.org");
        Assert.Contains($"https://hub.example.net/invite#token={token}", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("R&amp;D &lt;x&gt;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<x>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Empty(await hub.QueryAsync<string>("select token_hash from workspace_invitations where token_hash = @token", new { token }));

        using var nobody = hub.Hub.Anonymous;
        var preview = await (await nobody.GetAsync($"api/invitations/by-token/{token}")).OkAsync();
        Assert.Equal(["kind", "targetName", "invitedBy", "role", "expiresAt", "status", "email"], preview.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("R&D <x>", "b***@example.org"), (preview.Text("targetName"), preview.Text("email")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsync($"api/invitations/by-token/{token}/accept", null)).StatusCode);

        var bob = await hub.Hub.RegisterAsync("bob");
        var accepted = await (await bob.PostAsync($"api/invitations/by-token/{token}/accept")).OkAsync();
        Assert.Equal(("accepted", id.ToString()), (accepted.Text("status"), accepted.Text("workspaceId")));
        Assert.Equal("editor", Assert.Single(await bob.ItemsAsync("api/workspaces")).Text("role"));
        Assert.True((await (await bob.GetAsync("api/me")).OkAsync()).GetProperty("emailVerified").GetBoolean());
        Assert.Contains(new MembershipChanged(new WorkspaceId(id), bob.Id, "editor"), hub.Events);
        var actions = await hub.QueryAsync<string>("select action from audit_logs where ws_id = @id order by log_id", new { id });
        Assert.Equal(["workspace.create", "invitation.create", "invitation.accept"], actions);
    }

    [Fact]
    public async Task Used_declined_revoked_and_expired_invitations_are_gone_with_one_body_and_unknown_ones_are_not_found()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var bodies = new List<string>();
        foreach (var fate in new[] { "used", "declined", "revoked", "expired" })
        {
            var (session, _) = await TeamHub.SessionAsync(ada, name: fate);
            var path = $"api/sessions/{session}/invitations";
            var sent = await (await ada.PostAsync(path, new { email = "bob@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
            var token = await TokenOfAsync(hub, fate);
            var id = sent.Text("invitationId");
            if (fate == "used") await (await bob.PostAsync($"api/invitations/{id}/accept")).OkAsync();
            if (fate == "declined") Assert.Equal("declined", (await (await bob.PostAsync($"api/invitations/{id}/decline")).OkAsync()).Text("status"));
            if (fate == "revoked") await (await ada.DeleteAsync($"{path}/{id}")).OkAsync(HttpStatusCode.NoContent);
            if (fate == "expired") await hub.SqlAsync("update session_invitations set expires_at = created_at where invitation_id = @id", new { id = Guid.Parse(id!) });

            foreach (var call in new[] { $"by-token/{token}/accept", $"{id}/accept", $"{id}/decline" })
            {
                bodies.Add((await (await bob.PostAsync($"api/invitations/{call}")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone")).Text("detail")!);
            }
            await (await bob.GetAsync($"api/invitations/by-token/{token}")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone");
            var status = fate == "used" ? "accepted" : fate;
            Assert.Equal(status, Assert.Single(await ada.ItemsAsync(path)).Text("status"));
            Assert.Single(await bob.ItemsAsync($"api/invitations?status={status}"));
        }
        Assert.Single(bodies.Distinct());
        Assert.Empty(await bob.ItemsAsync("api/invitations?status=pending"));
        foreach (var token in new[] { "unknown", new string('A', 43), new string('x', 5000) })
        {
            await (await bob.PostAsync($"api/invitations/by-token/{token}/accept")).ProblemAsync(HttpStatusCode.NotFound, "invitation.not_found");
        }
    }

    [Fact]
    public async Task Only_the_person_addressed_accepts_whoever_holds_the_link()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, eve) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("eve"));
        var id = await TeamHub.WorkspaceAsync(ada);
        var sent = await (await ada.PostAsync($"api/workspaces/{id}/invitations", new { email = "bob@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
        var token = await hub.MailedTokenAsync("bob@example.org");
        await (await eve.PostAsync($"api/invitations/by-token/{token}/accept")).ProblemAsync(HttpStatusCode.Forbidden, "invitation.other_person");
        await (await eve.PostAsync($"api/invitations/{sent.Text("invitationId")}/accept")).ProblemAsync(HttpStatusCode.NotFound, "invitation.not_found");
        await (await eve.PostAsync($"api/invitations/{sent.Text("invitationId")}/decline")).ProblemAsync(HttpStatusCode.NotFound, "invitation.not_found");
        Assert.Empty(await eve.ItemsAsync("api/invitations"));
        Assert.Single(await bob.ItemsAsync("api/invitations?status=pending"));
    }

    [Fact]
    public async Task Inviting_by_account_reaches_that_account_only_and_shows_no_address()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, guest) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.GuestAsync());
        var id = await TeamHub.WorkspaceAsync(ada);
        var path = $"api/workspaces/{id}/invitations";
        var sent = await (await ada.PostAsync(path, new { userId = bob.Id.Value, role = "admin" })).OkAsync(HttpStatusCode.Created);
        Assert.Null(sent.Text("email"));
        Assert.Contains(new InvitationChanged(new InvitationId(sent.GetProperty("invitationId").GetGuid()), bob.Id, ada.Id, IsNew: true), hub.Events);
        await hub.MailedTokenAsync("bob@example.org");
        await (await bob.PostAsync($"api/invitations/{sent.Text("invitationId")}/accept")).OkAsync();
        Assert.Equal("admin", Assert.Single(await bob.ItemsAsync("api/workspaces")).Text("role"));
        await (await ada.PostAsync(path, new { userId = guest.Id.Value, role = "viewer" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "member.no_such_account");
    }

    [Fact]
    public async Task The_answer_is_the_same_for_unknown_known_and_member_addresses()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        await hub.Hub.RegisterAsync("cyd");
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, id, bob, "admin");
        var shapes = new List<string>();
        foreach (var name in new[] { "bob", "cyd", "nobody" })
        {
            var sent = await (await ada.PostAsync($"api/workspaces/{id}/invitations", new { email = $"{name}@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
            shapes.Add(string.Join(' ', sent.EnumerateObject().Where(m => m.Name is not ("invitationId" or "email" or "createdAt" or "expiresAt")).Select(m => m.ToString())));
        }
        Assert.Single(shapes.Distinct());
        var token = await hub.MailedTokenAsync("bob@example.org");
        await (await bob.PostAsync($"api/invitations/by-token/{token}/accept")).OkAsync();
        Assert.Equal("admin", (await (await bob.GetAsync($"api/workspaces/{id}")).OkAsync()).Text("role"));
    }

    [Fact]
    public async Task Inviting_again_and_resending_make_the_old_link_useless()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var (session, _) = await TeamHub.SessionAsync(ada);
        var path = $"api/sessions/{session}/invitations";
        var first = await (await ada.PostAsync(path, new { email = "bob@example.org", role = "viewer", message = "Hello!" })).OkAsync(HttpStatusCode.Created);
        Assert.Equal("Hello!", first.Text("message"));
        var one = await hub.MailedTokenAsync("bob@example.org");
        var again = await (await ada.PostAsync(path, new { email = "bob@example.org", role = "editor", expiresInHours = 1 })).OkAsync(HttpStatusCode.Created);
        Assert.Equal(first.Text("invitationId"), again.Text("invitationId"));
        await Eventually.TrueAsync(() => hub.Hub.Mails().Count == 2);
        await (await bob.PostAsync($"api/invitations/by-token/{one}/accept")).ProblemAsync(HttpStatusCode.NotFound, "invitation.not_found");

        await hub.SqlAsync("update session_invitations set expires_at = created_at");
        var resent = await (await ada.PostAsync($"{path}/{first.Text("invitationId")}/resend")).OkAsync();
        Assert.Equal("pending", resent.Text("status"));
        await Eventually.TrueAsync(() => hub.Hub.Mails().Count == 3);
        var accepted = new List<HttpStatusCode>();
        foreach (var token in hub.Hub.Mails().Select(mail => TeamHub.TokenIn(mail.TextBody!)))
        {
            accepted.Add((await bob.PostAsync($"api/invitations/by-token/{token}/accept")).StatusCode);
        }
        Assert.Single(accepted, HttpStatusCode.OK);
        Assert.Equal("editor", (await (await bob.GetAsync($"api/sessions/{session}")).OkAsync()).Text("role"));
        await (await ada.PostAsync($"{path}/{first.Text("invitationId")}/resend")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone");
    }

    [Theory]
    [InlineData("lowered")]
    [InlineData("removed")]
    [InlineData("disabled")]
    public async Task An_invitation_is_void_once_its_inviter_could_not_give_it(string fate)
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, cyd) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("cyd"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, id, bob, "admin");
        await (await bob.PostAsync($"api/workspaces/{id}/invitations", new { email = "cyd@example.org", role = "editor" })).OkAsync(HttpStatusCode.Created);
        var token = await hub.MailedTokenAsync("cyd@example.org");
        if (fate == "lowered") await TeamHub.AddAsync(ada, id, bob, "editor");
        if (fate == "removed") await (await ada.DeleteAsync($"api/workspaces/{id}/members/{bob.Id}")).OkAsync(HttpStatusCode.NoContent);
        if (fate == "disabled") await hub.SqlAsync("update users set is_active = false where user_id = @id", new { id = bob.Id.Value });
        await (await cyd.PostAsync($"api/invitations/by-token/{token}/accept")).ProblemAsync(HttpStatusCode.Gone, "invitation.void");
        Assert.Empty(await cyd.ItemsAsync("api/workspaces"));
    }

    [Theory]
    [InlineData("workspaces", "members")]
    [InlineData("sessions", "participants")]
    public async Task Who_is_removed_does_not_come_back_by_an_invitation_from_before(string places, string people)
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var (session, workspace) = await TeamHub.SessionAsync(ada);
        var place = $"api/{places}/{(places == "sessions" ? session : workspace)}";
        string? token = null;
        for (var n = 0; n < 2; n++)
        {
            await (await ada.PostAsync($"{place}/invitations", new { email = "bob@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
            token = await hub.MailedTokenAsync("bob@example.org", not: token);
            if (n == 0) await (await bob.PostAsync($"api/invitations/by-token/{token}/accept")).OkAsync();
        }
        await (await ada.DeleteAsync($"{place}/{people}/{bob.Id}")).OkAsync(HttpStatusCode.NoContent);
        await (await bob.PostAsync($"api/invitations/by-token/{token}/accept")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone");
        Assert.Empty(await bob.ItemsAsync("api/invitations?status=pending"));
    }

    [Fact]
    public async Task Of_many_accepts_at_once_one_succeeds()
    {
        const int times = 50;
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        await (await ada.PostAsync($"api/workspaces/{id}/invitations", new { email = "bob@example.org", role = "editor" })).OkAsync(HttpStatusCode.Created);
        var token = await hub.MailedTokenAsync("bob@example.org");
        var answers = await Task.WhenAll(Enumerable.Range(0, times).Select(_ => bob.PostAsync($"api/invitations/by-token/{token}/accept")));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(times - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Gone));
        Assert.Single(await hub.QueryAsync<long>("select log_id from audit_logs where action = 'invitation.accept'"));
    }

    [Fact]
    public async Task Where_addresses_must_be_verified_the_unverified_neither_invite_nor_accept_without_the_link()
    {
        await using var hub = TeamHub.Start(("Auth:RequireVerifiedEmail", "true"));
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var id = await TeamHub.WorkspaceAsync(ada);
        var body = new { email = "bob@example.org", role = "editor" };
        await (await ada.PostAsync($"api/workspaces/{id}/invitations", body)).ProblemAsync(HttpStatusCode.Forbidden, "account.email_unverified");
        await hub.SqlAsync("update users set email_verified = true where user_id = @id", new { id = ada.Id.Value });
        var sent = await (await ada.PostAsync($"api/workspaces/{id}/invitations", body)).OkAsync(HttpStatusCode.Created);
        Assert.Empty(await bob.ItemsAsync("api/invitations"));
        await (await bob.PostAsync($"api/invitations/{sent.Text("invitationId")}/accept")).ProblemAsync(HttpStatusCode.Forbidden, "account.email_unverified");
        var token = await hub.MailedTokenAsync("bob@example.org");
        await (await bob.PostAsync($"api/invitations/by-token/{token}/accept")).OkAsync();
    }

    [Theory]
    [InlineData("Limits:InvitationsPerUserAndHour", 2)]
    [InlineData("Limits:InvitationsPerWorkspaceAndDay", 2)]
    public async Task Inviting_too_often_is_refused_with_the_time_to_wait(string limit, int most)
    {
        await using var hub = TeamHub.Start((limit, $"{most}"));
        var ada = await hub.Hub.RegisterAsync("ada");
        var id = await TeamHub.WorkspaceAsync(ada);
        for (var n = 0; n < most; n++) await (await ada.PostAsync($"api/workspaces/{id}/invitations", new { email = $"p{n}@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
        var refused = await ada.PostAsync($"api/workspaces/{id}/invitations", new { email = "more@example.org", role = "viewer" });
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task One_address_gets_only_so_many_mails_whoever_sends_them_and_nobody_keeps_too_many_open()
    {
        await using var hub = TeamHub.Start(("Limits:InvitationsPerAddressAndDay", "1"), ("Limits:OpenInvitationsPerUser", "2"));
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var (mine, his) = (await TeamHub.WorkspaceAsync(ada), await TeamHub.WorkspaceAsync(bob));
        var sent = await (await ada.PostAsync($"api/workspaces/{mine}/invitations", new { email = "cyd@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
        await (await bob.PostAsync($"api/workspaces/{his}/invitations", new { email = "CYD@example.org", role = "viewer" })).ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
        await (await ada.PostAsync($"api/workspaces/{mine}/invitations/{sent.Text("invitationId")}/resend")).ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
        await (await ada.PostAsync($"api/workspaces/{mine}/invitations", new { email = "dan@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
        await (await ada.PostAsync($"api/workspaces/{mine}/invitations", new { email = "eve@example.org", role = "viewer" })).ProblemAsync(HttpStatusCode.Conflict, "quota.invitations");
    }

    private static async Task<string> TokenOfAsync(TeamHub hub, string target)
    {
        string? token = null;
        await Eventually.TrueAsync(() =>
        {
            token = hub.Hub.Mails().Where(mail => mail.Subject!.Contains(target, StringComparison.Ordinal)).Select(mail => TeamHub.TokenIn(mail.TextBody!)).SingleOrDefault();
            return token is not null;
        });
        return token!;
    }
}
