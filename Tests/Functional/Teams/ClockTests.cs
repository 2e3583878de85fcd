using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Live;
using CollabHub.Domain.Sessions;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>What happens to sessions and invitations by the clock.</summary>
public class ClockTests
{
    [Fact]
    public async Task A_quiet_session_becomes_idle_then_ends_and_each_step_is_told_and_audited_once_however_many_nodes_look()
    {
        await using var hub = TeamHub.Start(("Limits:SessionIdleMinutes", "10"), ("Limits:SessionEndMinutes", "60"));
        var ada = await hub.Hub.RegisterAsync("ada");
        var (quiet, workspace) = await TeamHub.SessionAsync(ada);
        var (busy, _) = await TeamHub.SessionAsync(ada);
        await PassAsync(hub, quiet, TimeSpan.FromMinutes(11));

        Assert.Equal(1, (await SweepFourTimesAsync(hub)).Sum());
        Assert.Equal("idle", await StatusAsync(ada, quiet));
        Assert.Equal("active", await StatusAsync(ada, busy));
        Assert.Contains(new SessionChanged(new SessionId(quiet)), hub.Events);
        Assert.Equal(0, (await SweepFourTimesAsync(hub)).Sum());

        await PassAsync(hub, quiet, TimeSpan.FromMinutes(61));
        Assert.Equal(1, (await SweepFourTimesAsync(hub)).Sum());
        Assert.Equal("ended", await StatusAsync(ada, quiet));
        Assert.Single(hub.Events.OfType<SessionEnded>());
        Assert.Single(hub.Events.OfType<AccessChanged>(), change => change.Session == new SessionId(quiet));
        Assert.Equal(["session.create", "session.idle", "session.end"], await hub.QueryAsync<string>(
            "select action from audit_logs where resource_type = 'session' and resource_id = @id order by log_id", new { id = quiet.ToString() }));

        await (await ada.PostAsync($"api/sessions/{quiet}/reopen")).OkAsync();
        Assert.Equal(0, (await SweepFourTimesAsync(hub)).Sum());
        Assert.Equal("active", await StatusAsync(ada, quiet));
        Assert.True((await (await ada.GetAsync($"api/workspaces/{workspace}/audit/verify")).OkAsync()).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Joining_an_idle_session_wakes_it()
    {
        await using var hub = TeamHub.Start(("Limits:SessionIdleMinutes", "10"));
        var ada = await hub.Hub.RegisterAsync("ada");
        var (session, _) = await TeamHub.SessionAsync(ada);
        await PassAsync(hub, session, TimeSpan.FromMinutes(11));
        await SweepFourTimesAsync(hub);
        await using var connection = await ada.HubAsync(messagePack: false);
        await connection.InvokeAsync<object>("JoinSession", session);
        Assert.Equal("active", await StatusAsync(ada, session));
        Assert.Equal(2, hub.Events.OfType<SessionChanged>().Count());
    }

    [Fact]
    public async Task An_expired_invitation_is_written_down_once_and_can_still_be_sent_again_or_taken_back()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var workspace = await TeamHub.WorkspaceAsync(ada);
        var (session, _) = await TeamHub.SessionAsync(ada);
        var place = $"api/workspaces/{workspace}/invitations";
        var first = (await (await ada.PostAsync(place, new { email = "bob@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created)).Text("invitationId");
        await (await ada.PostAsync($"api/sessions/{session}/invitations", new { email = "carl@example.org", role = "viewer" })).OkAsync(HttpStatusCode.Created);
        var past = DateTimeOffset.UtcNow.AddMinutes(-1);
        await hub.SqlAsync("update workspace_invitations set expires_at = @past", new { past });
        await hub.SqlAsync("update session_invitations set expires_at = @past", new { past });

        var swept = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => InScopeAsync(hub, services => services.GetRequiredService<InvitationClock>().SweepAsync(default))));
        Assert.Equal(2, swept.Sum());
        Assert.Equal(["expired"], await hub.QueryAsync<string>("select status from workspace_invitations"));
        Assert.Equal(["expired"], await hub.QueryAsync<string>("select status from session_invitations"));
        Assert.Equal(2, (await hub.QueryAsync<string>("select action from audit_logs where action = 'invitation.expire'")).Count);
        Assert.Contains(hub.Events.OfType<InvitationChanged>(), e => e.Invitation.Value.ToString() == first && e.Invitee == bob.Id && !e.IsNew);

        await (await ada.PostAsync($"{place}/{first}/resend")).OkAsync();
        Assert.Equal(["pending"], await hub.QueryAsync<string>("select status from workspace_invitations"));
        await hub.SqlAsync("update workspace_invitations set status = 'expired', expires_at = @past", new { past });
        await (await ada.PostAsync(place, new { email = "Bob@example.org", role = "editor" })).OkAsync(HttpStatusCode.Created);
        await (await ada.PostAsync($"{place}/{first}/resend")).ProblemAsync(HttpStatusCode.Gone, "invitation.gone");
        Assert.Equal(HttpStatusCode.NoContent, (await ada.DeleteAsync($"{place}/{first}")).StatusCode);
        Assert.Single(await bob.ItemsAsync("api/invitations?status=pending"));
    }

    [Fact]
    public async Task The_host_looks_by_itself()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock), ("Limits:SessionIdleMinutes", "2"), ("Limits:SessionEndMinutes", "4"));
        var ada = await hub.RegisterAsync("ada");
        var (session, _) = await TeamHub.SessionAsync(ada);
        clock.Advance(TimeSpan.FromMinutes(3));
        await UntilAsync("idle");
        clock.Advance(TimeSpan.FromMinutes(2));
        await UntilAsync("ended");

        Task UntilAsync(string status) => Eventually.TrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return await StatusAsync(ada, session) == status;
        });
    }

    [Fact]
    public async Task The_end_of_a_session_closes_the_files_of_those_who_were_there_by_it_alone()
    {
        await using var hub = TestHub.Start();
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, bob);
        await using var hers = await ada.HubAsync(messagePack: true);
        await using var his = await bob.HubAsync(messagePack: true);
        await using var kept = new HubFile(hers, file, 22);
        await using var lost = new HubFile(his, file, 33);
        await kept.NextAsync("sync");
        await lost.NextAsync("sync");
        await using var peer = new YjsPeer(await bob.YjsAsync(file), 44);
        await peer.SyncAsync();

        await (await ada.PostAsync($"api/sessions/{session}/end")).OkAsync();
        Assert.Equal("session.ended", (await lost.NextAsync("closed")).Code);
        Assert.Null(await peer.NextAsync(_ => false));
        Assert.Equal(4403, (int)peer.Closed!.Value);
        await kept.TypeAsync("still mine");
        await kept.NextAsync("saved");
    }

    private static async Task<string?> StatusAsync(TestUser user, Guid session) => (await (await user.GetAsync($"api/sessions/{session}")).OkAsync()).Text("status");

    private static Task<int> PassAsync(TeamHub hub, Guid session, TimeSpan time) =>
        hub.SqlAsync("update sessions set last_active = @at where session_id = @session", new { session, at = DateTimeOffset.UtcNow - time });

    private static Task<int[]> SweepFourTimesAsync(TeamHub hub) =>
        Task.WhenAll(Enumerable.Range(0, 4).Select(_ => InScopeAsync(hub, services => services.GetRequiredService<SessionClock>().SweepAsync(default))));

    private static async Task<T> InScopeAsync<T>(TeamHub hub, Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = hub.Hub.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }
}
