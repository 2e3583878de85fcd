using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Faults.Rig;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Realtime;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>
/// Clients that promise nothing and say nothing: while their line stands they stay, when it goes dead without a word they and their cursors are gone
/// within 5 s, and when it comes to life again they are back, on the same connection.
/// </summary>
[Collection(nameof(Timed))]
public class DeadLineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stock_hub_client_is_gone_and_back_with_its_cursor_and_who_is_merely_quiet_stays(bool messagePack)
    {
        await using var hub = TestHub.Start();
        var (ada, bob, cyd) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"), await hub.GuestAsync("Cyd"));
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        foreach (var other in new[] { bob, cyd }) await ada.ShareAsync(session, other);
        await using var watcher = await ada.HubAsync(messagePack: true);
        var told = await FollowAsync(watcher, session);
        await using var seen = new HubFile(watcher, file, 1);
        await seen.NextAsync("sync");
        // Quiet for longer than Bob: were nobody asked, Cyd would go first.
        await using var quiet = await cyd.HubAsync(messagePack);
        await quiet.InvokeAsync<SessionSnapshot>("JoinSession", session);
        Assert.Equal("joined Cyd", await NextAsync(told));

        await using var line = new FaultProxy(new IPEndPoint(IPAddress.Loopback, hub.BaseAddress.Port));
        await using var dead = await Through(line, bob).HubAsync(messagePack);
        await dead.InvokeAsync<SessionSnapshot>("JoinSession", session);
        Assert.Equal("joined Bob", await NextAsync(told));
        await using var open = new HubFile(dead, file, 7);
        await open.NextAsync("sync");
        await dead.SendAsync("MoveCursor", file, Cursor(7, 3));
        await CursorAsync(seen, 7, isShown: true);
        var connection = dead.ConnectionId;

        line.Blackhole.Shut();
        var since = Stopwatch.GetTimestamp();
        Assert.Equal("left Bob", await NextAsync(told));
        await CursorAsync(seen, 7, isShown: false);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.FromSeconds(2), Limit);
        line.Blackhole.Open();
        since = Stopwatch.GetTimestamp();
        Assert.Equal("joined Bob", await NextAsync(told));
        await CursorAsync(seen, 7, isShown: true);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Limit);
        // Nothing was closed, and a member of another version of the protocol is passed over.
        await dead.SendAsync("SetPresence", session, new Dictionary<string, string> { ["status"] = "away", ["beats"] = "true" });
        Assert.Equal("away Bob", await NextAsync(told));
        Assert.Equal(connection, dead.ConnectionId);
    }

    [Fact]
    public async Task The_cursors_of_stock_editors_are_gone_and_back()
    {
        string[] kinds = ["y-websocket-1", "y-websocket-3", "y-websocket-4", "hocuspocus-2", "hocuspocus-3", "hocuspocus-4"];
        await using var hub = TestHub.Start();
        await using var rig = ClientRig.Start(hub);
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, bob);
        await using var line = new FaultProxy(new IPEndPoint(IPAddress.Loopback, hub.BaseAddress.Port));
        await rig.JoinAsync("ada", "y-websocket-3", ada, file);
        foreach (var kind in kinds)
        {
            await rig.SendAsync("add", new { client = kind, kind, token = bob.AccessToken, fileId = file.ToString(), @base = $"http://127.0.0.1:{line.Port}/" });
            await rig.SendAsync("connect", new { client = kind });
            await rig.SendAsync("settled", new { client = kind });
            await rig.SendAsync("awareness", new { client = kind, state = new { cursor = new { anchor = 5 } } });
        }
        async Task<int> SeenAsync() => (await rig.StateAsync("ada")).GetProperty("awareness").EnumerateObject()
            .Count(one => one.Value.TryGetProperty("cursor", out var cursor) && cursor.GetProperty("anchor").GetInt32() == 5);
        await Eventually.TrueAsync(async () => await SeenAsync() == kinds.Length);

        line.Blackhole.Shut();
        var since = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(async () => await SeenAsync() == 0);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.FromSeconds(2), Limit);
        line.Blackhole.Open();
        since = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(async () => await SeenAsync() == kinds.Length);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Limit);
        foreach (var kind in kinds) Assert.Equal(0, (await rig.StateAsync(kind)).GetProperty("closeCodes").GetArrayLength());
    }

    [Fact]
    public async Task Who_reads_nothing_is_here_as_long_as_he_says_something()
    {
        await using var hub = TestHub.Start();
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, _) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, bob);
        await using var watcher = await ada.HubAsync(messagePack: true);
        var told = await FollowAsync(watcher, session);
        using var stalled = await StalledReader.ConnectAsync(bob, "hubs/session");
        await stalled.InvokeAsync("JoinSession", isStream: false, $"\"{session}\"");
        var since = Stopwatch.GetTimestamp();
        Assert.Equal("joined Bob", await NextAsync(told));
        Assert.Equal("left Bob", await NextAsync(told));
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.FromSeconds(2), Limit);
        await stalled.InvokeAsync("SetPresence", isStream: false, $"\"{session}\"", """{"status":"online"}""");
        Assert.Equal("joined Bob", await NextAsync(told));
    }

    [Fact]
    public async Task All_documents_of_a_socket_that_reads_nothing_lose_their_cursors_and_have_them_back_when_it_does()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var files = new[] { (await ada.SessionWithFileAsync("a")).File, (await ada.SessionWithFileAsync("b")).File };
        await using var watcher = await ada.HubAsync(messagePack: true);
        var seen = files.Select(file => new HubFile(watcher, file, 1)).ToList();
        foreach (var file in seen) await file.NextAsync("sync");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        foreach (var file in files)
        {
            await peer.OpenAsync($"{file}", ada.AccessToken);
            await peer.SendAsync(new HocuspocusFrame(HocuspocusKind.Awareness, $"{file}") { Awareness = Cursor(7, 3) });
        }
        var since = Stopwatch.GetTimestamp();
        foreach (var file in seen) await CursorAsync(file, 7, isShown: true);
        foreach (var file in seen) await CursorAsync(file, 7, isShown: false);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.FromSeconds(2), Limit);
        // Reading on answers the pings that wait, and the cursors that are back come to their own client as well.
        since = Stopwatch.GetTimestamp();
        var back = new HashSet<string>();
        while (back.Count < files.Length) back.Add((await peer.NextAsync(IsBack))!.Address);
        foreach (var file in seen) await CursorAsync(file, 7, isShown: true);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Limit);
        foreach (var file in seen) await file.DisposeAsync();
    }

    private static Task<string> NextAsync(ChannelReader<string> told) => told.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

    private static bool IsBack(HocuspocusFrame frame) =>
        frame.Kind == HocuspocusKind.Awareness && Decode(frame.Awareness.Span).Any(entry => entry is { State: not null, Clock: > 3 });

    private static TestUser Through(FaultProxy line, TestUser user) => user with { Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{line.Port}/") } };

    private static byte[] Cursor(long client, long clock) => AwarenessMessage.Encode([new AwarenessEntry(client, clock, """{"cursor":5}"""u8.ToArray())]);

    private static async Task<ChannelReader<string>> FollowAsync(HubConnection watcher, Guid session)
    {
        var told = Channel.CreateUnbounded<string>();
        watcher.On<ParticipantEvent>("ParticipantJoined", joined => told.Writer.TryWrite("joined " + joined.Participant.DisplayName));
        watcher.On<ParticipantEvent>("ParticipantLeft", left => told.Writer.TryWrite("left " + left.Participant.DisplayName));
        watcher.On<PresenceEvent>("PresenceChanged", changed =>
        {
            foreach (var person in changed.Changes.Where(person => person.Status == "away")) told.Writer.TryWrite("away " + person.DisplayName);
        });
        await watcher.InvokeAsync<SessionSnapshot>("JoinSession", session);
        Assert.Equal("joined Ada", await told.Reader.ReadAsync());
        return told.Reader;
    }

    private static async Task CursorAsync(HubFile file, long client, bool isShown)
    {
        while (!Decode((await file.NextAsync("cursors")).Payload).Any(entry => entry.Client == client && entry.State is not null == isShown)) { }
    }

    private static IReadOnlyList<AwarenessEntry> Decode(ReadOnlySpan<byte> awareness)
    {
        Assert.Equal(DecodeError.None, AwarenessMessage.Decode(awareness, new AwarenessLimits(9999, 9), out var entries));
        return entries;
    }
}
