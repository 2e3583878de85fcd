using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Live;

namespace CollabHub.Tests.Functional.Teams;

public class ShareLinkTests
{
    [Fact]
    public async Task A_guests_link_brings_any_number_of_people_into_his_session()
    {
        await using var hub = TeamHub.Start(("Email:BaseUrl", "https://hub.example.net"));
        var host = await hub.Hub.GuestAsync("Gus");
        var (session, workspace) = await TeamHub.SessionAsync(host);
        var path = $"api/sessions/{session}/invitations";
        var made = await (await host.PostAsync(path, new { role = "editor" })).OkAsync(HttpStatusCode.Created);
        var link = made.Text("link")!;
        Assert.StartsWith("https://hub.example.net/invite#token=", link, StringComparison.Ordinal);
        Assert.False(Assert.Single(await host.ItemsAsync(path)).TryGetProperty("link", out _));
        var token = TeamHub.TokenIn(link);
        using var nobody = hub.Hub.Anonymous;
        var preview = await (await nobody.GetAsync($"api/invitations/by-token/{token}")).OkAsync();
        Assert.Equal(("session", "Pairing", "Gus"), (preview.Text("kind"), preview.Text("targetName"), preview.GetProperty("invitedBy").Text("displayName")));
        Assert.False(preview.TryGetProperty("email", out _));

        var before = await hub.AuditRowsAsync();
        TestUser[] people = [await hub.Hub.GuestAsync("Gwen"), await hub.Hub.RegisterAsync("ada"), await hub.Hub.GuestAsync("Gil")];
        var registered = await hub.AuditRowsAsync() - before;
        foreach (var person in people)
        {
            var accepted = await (await person.PostAsync($"api/invitations/by-token/{token}/accept")).OkAsync();
            Assert.Equal(("pending", session.ToString()), (accepted.Text("status"), accepted.Text("sessionId")));
            Assert.Equal("editor", Assert.Single(await person.ItemsAsync("api/sessions")).Text("role"));
            Assert.Contains(new AccessChanged(person.Id, new WorkspaceId(workspace), new SessionId(session)), hub.Events);
        }
        Assert.Equal(before + registered + people.Length, await hub.AuditRowsAsync());
        Assert.Equal(4, (await host.ItemsAsync($"api/sessions/{session}/participants")).Length);
        Assert.Empty(hub.Hub.Mails());
    }

    [Fact]
    public async Task Coming_twice_is_harmless_and_the_stronger_role_wins()
    {
        await using var hub = TeamHub.Start();
        var (ada, guest) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.GuestAsync());
        var (session, _) = await TeamHub.SessionAsync(ada);
        var (reading, editing) = (await TeamHub.ShareAsync(ada, session, "viewer"), await TeamHub.ShareAsync(ada, session));
        foreach (var (token, role) in new[] { (reading, "viewer"), (editing, "editor"), (reading, "editor"), (editing, "editor") })
        {
            await (await guest.PostAsync($"api/invitations/by-token/{token}/accept")).OkAsync();
            Assert.Equal(role, (await (await guest.GetAsync($"api/sessions/{session}")).OkAsync()).Text("role"));
        }
        await (await ada.PostAsync($"api/invitations/by-token/{reading}/accept")).OkAsync();
        Assert.Equal("owner", (await (await ada.GetAsync($"api/sessions/{session}")).OkAsync()).Text("role"));
        Assert.Equal(2, (await ada.ItemsAsync($"api/sessions/{session}/participants")).Length);
    }

    [Fact]
    public async Task A_link_is_dead_once_revoked_expired_or_its_session_ended()
    {
        await using var hub = TeamHub.Start();
        var (ada, guest) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.GuestAsync());
        var (session, _) = await TeamHub.SessionAsync(ada);
        var path = $"api/sessions/{session}/invitations";
        var (revoked, expired, good) = (await TeamHub.ShareAsync(ada, session), await TeamHub.ShareAsync(ada, session), await TeamHub.ShareAsync(ada, session));
        var links = await ada.ItemsAsync(path);
        await (await ada.DeleteAsync($"{path}/{links[2].Text("invitationId")}")).OkAsync(HttpStatusCode.NoContent);
        await hub.SqlAsync("update session_invitations set expires_at = created_at where invitation_id = @id", new { id = Guid.Parse(links[1].Text("invitationId")!) });
        await (await guest.PostAsync($"api/invitations/by-token/{revoked}/accept")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone");
        await (await guest.PostAsync($"api/invitations/by-token/{expired}/accept")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone");
        Assert.Equal(["pending", "expired", "revoked"], (await ada.ItemsAsync(path)).Select(link => link.Text("status")));

        await (await ada.PostAsync($"api/sessions/{session}/end")).OkAsync();
        await (await guest.PostAsync($"api/invitations/by-token/{good}/accept")).ProblemAsync(HttpStatusCode.Conflict, "session.ended");
        await (await ada.PostAsync(path, new { role = "viewer" })).ProblemAsync(HttpStatusCode.Conflict, "session.ended");
        await (await ada.PostAsync($"api/sessions/{session}/reopen")).OkAsync();
        await (await guest.PostAsync($"api/invitations/by-token/{good}/accept")).OkAsync();
    }

    [Fact]
    public async Task Links_are_neither_sent_again_nor_accepted_by_id_and_guests_send_no_mail()
    {
        await using var hub = TeamHub.Start();
        var (host, other) = (await hub.Hub.GuestAsync(), await hub.Hub.GuestAsync());
        var (session, _) = await TeamHub.SessionAsync(host);
        var path = $"api/sessions/{session}/invitations";
        var id = (await (await host.PostAsync(path, new { role = "viewer" })).OkAsync(HttpStatusCode.Created)).Text("invitationId");
        await (await host.PostAsync($"{path}/{id}/resend")).ProblemAsync(HttpStatusCode.Conflict, "invitation.is_link");
        await (await other.PostAsync($"api/invitations/{id}/accept")).ProblemAsync(HttpStatusCode.NotFound, "invitation.not_found");
        await (await other.PostAsync($"api/invitations/{id}/decline")).ProblemAsync(HttpStatusCode.NotFound, "invitation.not_found");
        await (await host.PostAsync(path, new { role = "viewer", email = "x@example.org" })).ProblemAsync(HttpStatusCode.Forbidden, "access.guest");
        await (await host.PostAsync(path, new { role = "owner" })).ProblemAsync(HttpStatusCode.Forbidden, "access.grant_too_strong");
    }

    [Fact]
    public async Task Many_guests_at_once_each_come_in_once()
    {
        const int guests = 30;
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var (session, _) = await TeamHub.SessionAsync(ada);
        var token = await TeamHub.ShareAsync(ada, session);
        var people = await Task.WhenAll(Enumerable.Range(0, guests).Select(_ => hub.Hub.GuestAsync()));
        var answers = await Task.WhenAll(people.Concat(people).Select(person => person.PostAsync($"api/invitations/by-token/{token}/accept")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(guests + 1, (await ada.ItemsAsync($"api/sessions/{session}/participants?limit=200")).Length);
    }
}
