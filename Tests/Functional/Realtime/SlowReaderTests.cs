using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Teams;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>A connection that reads nothing: nobody waits for it, it is cut, and it hears why when it reads again.</summary>
[Collection(nameof(Timed))]
public class SlowReaderTests
{
    // Below the 10 s after which SignalR gives up a send by itself.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static readonly (string, string)[] Fast =
    [
        ("Limits:QueueBytes", "65536"), ("Limits:BytesPerSecond", "1000000000"), ("Limits:MessagesPerSecond", "100000"),
        ("Limits:MessagesBurst", "100000"), ("Limits:MessagesPerUserPerSecond", "100000"), ("Logging:LogLevel:Default", "Information"),
    ];

    [Theory]
    [InlineData("hubs/session", "slow.reader")]
    [InlineData("yjs", "4408 slow.reader")]
    [InlineData("hocuspocus", "4408 slow.reader")]
    public async Task Whoever_stops_reading_a_file_is_closed_with_the_code_and_the_others_go_on(string surface, string told)
    {
        await using var hub = TestHub.Start(Fast);
        var (ada, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Eve"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, eve);
        using var stalled = await StalledReader.OpenAsync(eve, surface, file);
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var adas = new HubFile(connection, file, 11);
        await adas.NextAsync("sync");
        using var typed = new YDocument();
        var (last, pushed) = ("", 0L);
        bool IsCut() => hub.Log.Lines.Any(line => line.Contains("too slowly", StringComparison.Ordinal));
        while (!IsCut())
        {
            Assert.InRange(pushed, 0, 200);
            var next = new string((char)('a' + (pushed % 26)), 100_000);
            await adas.PushAsync(typed.ApplyTextEdits(FileRoom.TextRoot, 7, [new TextEdit(0, last.Length, next)])!);
            last = next;
            for (pushed++; (await adas.NextAsync("saved")).Seq < pushed;) { }
        }
        Assert.Equal(last, await ada.TextAsync(workspace, file));
        Assert.Equal(told, await stalled.ReadOnAsync("slow.reader"));
    }

    [Fact]
    public async Task Presence_and_access_of_everybody_go_on_beside_a_hub_connection_that_reads_nothing()
    {
        await using var hub = TestHub.Start(Fast);
        var (ada, bob, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"), await hub.GuestAsync("Eve"));
        var (session, workspace, _) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, bob);
        await ada.ShareAsync(session, eve);
        using var stalled = await StalledReader.ConnectAsync(eve, "hubs/session");
        await using var bobs = await bob.HubAsync(messagePack: true);
        using var heard = new SemaphoreSlim(0);
        var lowered = new TaskCompletionSource();
        bobs.On<ParticipantEvent>("ParticipantJoined", joined =>
        {
            if (joined.Participant.DisplayName.Length > 1000) heard.Release();
        });
        bobs.On<RoleEvent>("RoleChanged", _ => lowered.TrySetResult());
        await bobs.InvokeAsync<SessionSnapshot>("JoinSession", session);
        var presence = hub.Services.GetRequiredService<PresenceRegistry>();
        await stalled.InvokeAsync("JoinSession", isStream: false, $"\"{session}\"");
        async Task<bool> IsHereAsync() => (await presence.ReadAsync(PresenceScope.All, default)).Any(one => one.Participants.Any(person => person.User == eve.Id));
        await Eventually.TrueAsync(IsHereAsync);

        // People with very long names: more than the line, its buffers and the bound hold.
        const int Crowd = 100;
        for (var i = 0; i < Crowd; i++)
        {
            var person = new PresentParticipant(
                new UserId(Guid.NewGuid()), "x", new string('x', 100_000), Role.Viewer, PresenceStatus.Online, null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1);
            await presence.JoinAsync(new SessionId(session), new WorkspaceId(workspace), person, $"c{i}", default).WaitAsync(Soon);
            Assert.True(await heard.WaitAsync(Soon), $"Bob waits for the {i}th person, and so does everybody's presence.");
        }
        await (await ada.PatchAsync($"api/sessions/{session}/participants/{bob.Id}", new { role = "viewer" })).OkAsync(HttpStatusCode.OK);
        await lowered.Task.WaitAsync(Soon);
        // Cut: she is not here any more, and what had left before the cut is all that she hears.
        await Eventually.TrueAsync(async () => !await IsHereAsync());
        Assert.Equal("reset", await stalled.ReadOnAsync("nothing says this"));
    }
}
