using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using CollabHub.Domain.Operations;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Cluster;

/// <summary>Two servers on one Postgres and one Redis: whoever is on one is with those on the other.</summary>
[Collection(nameof(Processes))]
public sealed class ClusterTests
{
    [Fact]
    public async Task What_is_typed_on_one_node_is_seen_on_the_other_and_saved_once()
    {
        await using var cluster = TestCluster.Start();
        var ada = await cluster[0].GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("start ");
        await using var here = await ada.HubAsync(messagePack: true);
        await using var there = await ada.On(cluster[1]).HubAsync(messagePack: true);
        await using var a = new HubFile(here, file, 11);
        await using var b = new HubFile(there, file, 22);
        await a.NextAsync("sync");
        await b.NextAsync("sync");
        await a.TypeAsync("from one ");
        await b.NextAsync("edit");
        Assert.Equal("start from one ", b.Text);
        await b.TypeAsync("from two ");
        await a.NextAsync("edit");
        await a.SavedAsync();
        await b.SavedAsync();
        Assert.Equal("start from one from two ", await ada.TextAsync(workspace, file));
        Assert.Equal("start from one from two ", await ada.On(cluster[1]).TextAsync(workspace, file));
    }

    [Fact]
    public async Task A_session_shows_everybody_on_every_node_and_hears_of_joins_and_leaves()
    {
        await using var cluster = TestCluster.Start();
        var (ada, bob) = (await cluster[0].GuestAsync("Ada"), await cluster[1].GuestAsync("Bob"));
        var (session, _, _) = await ada.SessionWithFileAsync();
        await ada.On(cluster[1]).ShareAsync(session, bob);
        await using var here = await ada.HubAsync(messagePack: false);
        var joined = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        here.On<ParticipantEvent>("ParticipantJoined", told =>
        {
            if (told.Participant.DisplayName != "Ada") joined.TrySetResult(told.Participant.DisplayName);
        });
        here.On<ParticipantEvent>("ParticipantLeft", told => left.TrySetResult(told.Participant.DisplayName));
        await here.InvokeAsync<JsonElement>("JoinSession", session);
        var there = await bob.HubAsync(messagePack: false);
        await Eventually.TrueAsync(() => cluster[1].Services.GetRequiredService<INodeRegistry>().Nodes.Count == 2);
        var snapshot = await there.InvokeAsync<JsonElement>("JoinSession", session);
        Assert.Equal(["Ada", "Bob"], snapshot.GetProperty("participants").EnumerateArray().Select(p => p.GetProperty("displayName").GetString()!).Order());
        Assert.Equal("Bob", await joined.Task.WaitAsync(Eventually.Patience));
        await there.DisposeAsync();
        Assert.Equal("Bob", await left.Task.WaitAsync(Eventually.Patience));
    }

    [Fact]
    public async Task A_right_that_is_taken_on_one_node_is_gone_on_the_other()
    {
        await using var cluster = TestCluster.Start();
        var (ada, bob) = (await cluster[0].GuestAsync("Ada"), await cluster[1].GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync();
        await ada.On(cluster[1]).ShareAsync(session, bob);
        await using var there = await bob.HubAsync(messagePack: true);
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        there.On<RoleEvent>("ParticipantRemoved", _ => removed.TrySetResult());
        await there.InvokeAsync<SessionSnapshot>("JoinSession", session);
        await using var open = new HubFile(there, file, 22);
        await open.NextAsync("sync");
        using var lowered = await ada.Http.PatchAsJsonAsync($"api/sessions/{session}/participants/{bob.Id}", new { role = "viewer" });
        await lowered.OkAsync();
        Assert.Equal("viewer", (await open.NextAsync("role")).Role);
        await open.TypeAsync("no");
        Assert.Equal("file.read_only", (await open.NextAsync("rejected")).Code);
        using var gone = await ada.Http.DeleteAsync(new Uri($"api/sessions/{session}/participants/{bob.Id}", UriKind.Relative));
        Assert.Equal("access.revoked", (await open.NextAsync("closed")).Code);
        await removed.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task The_end_of_a_sign_in_closes_its_connections_on_every_node_and_a_ticket_is_good_on_one_of_them_once()
    {
        await using var cluster = TestCluster.Start();
        var ada = await cluster[0].GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync();
        using var ticket = await ada.Http.PostAsJsonAsync("api/auth/ticket", new { });
        var text = (await ticket.OkAsync()).GetProperty("ticket").GetString()!;
        var bearer = ada.On(cluster[1]) with { AccessToken = text };
        using (var socket = await bearer.YjsAsync(file)) { }
        await Assert.ThrowsAnyAsync<Exception>(() => (ada with { AccessToken = text }).YjsAsync(file));
        await using var there = await ada.On(cluster[1]).HubAsync(messagePack: true);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        there.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        using var loggedOut = await ada.Http.PostAsJsonAsync("api/auth/logout", new { refreshToken = ada.RefreshToken });
        await closed.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Without_Redis_nodes_follow_by_the_log_people_still_come_in_and_rights_still_go()
    {
        await using var cluster = TestCluster.Start();
        var (ada, bob) = (await cluster[0].GuestAsync("Ada"), await cluster[1].GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync();
        await ada.On(cluster[1]).ShareAsync(session, bob);
        await using var here = await ada.HubAsync(messagePack: true);
        await using var there = await bob.HubAsync(messagePack: true);
        await using var a = new HubFile(here, file, 11);
        await using var b = new HubFile(there, file, 22);
        await a.NextAsync("sync");
        await b.NextAsync("sync");
        cluster.Redis.Kill();
        await a.TypeAsync("by the log");
        await a.SavedAsync();
        await b.NextAsync("edit");
        Assert.Equal("by the log", b.Text);
        await using (var late = await ada.HubAsync(messagePack: false))
        {
            var snapshot = await late.InvokeAsync<JsonElement>("JoinSession", session);
            Assert.Equal("Ada", snapshot.GetProperty("you").GetProperty("displayName").GetString());
        }
        await Eventually.TrueAsync(() => cluster[1].Services.GetRequiredService<INodeRegistry>().IsPartial);
        var since = Stopwatch.GetTimestamp();
        using var gone = await ada.Http.DeleteAsync(new Uri($"api/sessions/{session}/participants/{bob.Id}", UriKind.Relative));
        Assert.Equal("access.revoked", (await b.NextAsync("closed")).Code);
        cluster.Redis.StartAgain();
        await Eventually.TrueAsync(() => !cluster[0].Services.GetRequiredService<INodeRegistry>().IsPartial && !cluster[1].Services.GetRequiredService<INodeRegistry>().IsPartial);
        await using var again = await ada.On(cluster[1]).HubAsync(messagePack: true);
        await using var c = new HubFile(again, file, 33);
        await c.NextAsync("sync");
        await a.TypeAsync(", then by the bus");
        await c.NextAsync("edit");
        Assert.Equal("by the log, then by the bus", c.Text);
    }
}
