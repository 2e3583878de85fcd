using System.Net;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Operations;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional;

/// <summary>What operators watch, on the real hub in both protocols.</summary>
public class OpsHubTests
{
    private static readonly (string Key, string Value) Admin = ("Ops:Admins:0", "ops@example.org");
    private static readonly PresenceFilter Everyone = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nodes_come_every_second_with_what_they_carry(bool messagePack)
    {
        await using var hub = TestHub.Start(Admin);
        await using var connection = await (await hub.RegisterAsync("ops")).HubAsync(messagePack, "hubs/ops");
        using var end = new CancellationTokenSource(Eventually.Patience);
        var samples = new List<NodesFrame>();
        await foreach (var sample in connection.StreamAsync<NodesFrame>("WatchNodes", end.Token))
        {
            samples.Add(sample);
            if (samples.Count > 1 && sample.Nodes[0].Connections == 1) break;
        }
        var node = Assert.Single(samples[^1].Nodes);
        Assert.False(samples[^1].IsPartial);
        Assert.True(node.MemoryBytes > 0);
        Assert.NotEqual("", node.Name);
        Assert.True(samples[1].At > samples[0].At);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Presence_is_a_snapshot_and_then_every_step_without_a_gap(bool messagePack)
    {
        await using var hub = TestHub.Start(Admin);
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, _) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, bob);
        await using var adas = await ada.HubAsync(messagePack: true);
        await adas.InvokeAsync<SessionSnapshot>("JoinSession", session);
        await using var watcher = await (await hub.RegisterAsync("ops")).HubAsync(messagePack, "hubs/ops");
        using var end = new CancellationTokenSource(Eventually.Patience);
        await using var steps = watcher.StreamAsync<PresenceEventFrame>("WatchPresence", Everyone, end.Token).GetAsyncEnumerator(end.Token);
        Assert.True(await steps.MoveNextAsync());
        Assert.Equal(("snapshot", 1L), (steps.Current.Kind, steps.Current.Seq));
        Assert.Equal("Ada", Assert.Single(steps.Current.Participants).DisplayName);
        var bobs = await bob.HubAsync(messagePack: true);
        await bobs.InvokeAsync<SessionSnapshot>("JoinSession", session);
        Assert.True(await steps.MoveNextAsync());
        Assert.Equal(("joined", 2L, "Bob"), (steps.Current.Kind, steps.Current.Seq, Assert.Single(steps.Current.Participants).DisplayName));
        await bobs.DisposeAsync();
        var seq = 2L;
        do
        {
            Assert.True(await steps.MoveNextAsync());
            Assert.Equal(++seq, steps.Current.Seq);
        }
        while (steps.Current.Kind == "changed");
        Assert.Equal(("left", session), (steps.Current.Kind, steps.Current.SessionId));
    }

    [Fact]
    public async Task A_reader_that_stops_for_a_while_ends_with_the_same_roster()
    {
        await using var hub = TestHub.Start(Admin);
        var ada = await hub.GuestAsync("Ada");
        var (session, _, _) = await ada.SessionWithFileAsync("");
        await using var watcher = await (await hub.RegisterAsync("ops")).HubAsync(messagePack: true, "hubs/ops");
        using var end = new CancellationTokenSource(Eventually.Patience);
        await using var steps = watcher.StreamAsync<PresenceEventFrame>("WatchPresence", Everyone, end.Token).GetAsyncEnumerator(end.Token);
        Assert.True(await steps.MoveNextAsync());
        // Nothing is read while more happens than may wait.
        await using var connection = await ada.HubAsync(messagePack: true);
        for (var round = 0; round < 60; round++)
        {
            await connection.InvokeAsync<SessionSnapshot>("JoinSession", session, end.Token);
            await connection.SendAsync("SetPresence", session, new PresenceUpdate { Status = round % 2 == 0 ? "away" : "online" }, end.Token);
        }
        var presence = hub.Services.GetRequiredService<IPresence>();
        var model = new Dictionary<Guid, string>();
        var seq = 1L;
        await Eventually.TrueAsync(async () =>
        {
            while (await steps.MoveNextAsync())
            {
                Assert.Equal(++seq, steps.Current.Seq);
                if (steps.Current.Kind == "snapshot") model.Clear();
                foreach (var person in steps.Current.Participants)
                {
                    if (steps.Current.Kind == "left") model.Remove(person.UserId);
                    else model[person.UserId] = $"{person.Status} {person.Connections}";
                }
                var truth = (await presence.ReadAsync(PresenceScope.All, end.Token)).SelectMany(s => s.Participants)
                    .ToDictionary(p => p.User.Value, p => $"{(p.Status == PresenceStatus.Online ? "online" : "away")} {p.Connections}");
                if (truth.Count == model.Count && truth.All(entry => model.GetValueOrDefault(entry.Key) == entry.Value)) return true;
            }
            return false;
        });
    }

    [Fact]
    public async Task Nobody_but_operators_watches()
    {
        await using var hub = TestHub.Start(Admin);
        var ada = await hub.RegisterAsync("ada");
        await using var connection = await ada.HubAsync(messagePack: true, "hubs/ops");
        await AssertRefusedAsync(connection.StreamAsync<NodesFrame>("WatchNodes"));
        await AssertRefusedAsync(connection.StreamAsync<PresenceEventFrame>("WatchPresence", Everyone));
        await (await ada.Http.GetAsync("api/ops/overview")).ProblemAsync(HttpStatusCode.Forbidden, "ops.role_missing");
    }

    private static async Task AssertRefusedAsync<T>(IAsyncEnumerable<T> stream)
    {
        var refused = await Assert.ThrowsAsync<HubException>(async () =>
        {
            await foreach (var item in stream) Assert.Fail($"{item}");
        });
        Assert.Contains("permission_denied: ops.role_missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_overview_counts_people_once()
    {
        await using var hub = TestHub.Start(Admin);
        var ada = await hub.GuestAsync("Ada");
        var (one, _, _) = await ada.SessionWithFileAsync("");
        var (two, _, _) = await ada.SessionWithFileAsync("");
        await using var connection = await ada.HubAsync(messagePack: true);
        foreach (var session in new[] { one, two }) await connection.InvokeAsync<SessionSnapshot>("JoinSession", session);
        var overview = await (await (await hub.RegisterAsync("ops")).Http.GetAsync("api/ops/overview")).OkAsync();
        Assert.Equal((2, 1), (overview.GetProperty("sessions").GetInt32(), overview.GetProperty("people").GetInt32()));
        Assert.Equal("healthy", overview.GetProperty("status").GetString());
        Assert.Equal("healthy", overview.GetProperty("checks").GetProperty("database").GetString());
        Assert.Single(overview.GetProperty("nodes").EnumerateArray());
    }
}
