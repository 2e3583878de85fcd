using System.Net;
using System.Net.Http.Json;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Unit.Editing;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>A sync status names nothing, so only its place says what it answers.</summary>
public class SyncStatusOrderTests
{
    [Fact]
    public async Task What_is_refused_at_once_is_told_after_what_is_still_being_committed()
    {
        await using var hub = TestHub.Start(services => services.AddSingleton<IEditLog>(all => new FaultyLog(ActivatorUtilities.CreateInstance<EditLog>(all))));
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, bob);
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        await peer.OpenAsync($"{file}", bob.AccessToken);
        Assert.True((await peer.NextAsync(frame => frame.Kind == HocuspocusKind.SyncStatus))!.Saved);
        var held = ((FaultyLog)hub.Services.GetRequiredService<IEditLog>()).Hold();
        await peer.TypeAsync($"{file}", 44, "accepted");
        await Eventually.TrueAsync(async () => (await hub.Services.GetRequiredService<RoomDirectory>().Open()[0].ReadTextAsync(default))!.Utf8.Length == "accepted".Length);
        using var lowered = await ada.Http.PatchAsync(
            new Uri($"api/sessions/{session}/participants/{bob.Id}", UriKind.Relative), JsonContent.Create(new { role = "viewer" }));
        Assert.Equal(HttpStatusCode.OK, lowered.StatusCode);
        Assert.Equal("readonly", (await peer.NextAsync(frame => frame.Kind is HocuspocusKind.Authenticated or HocuspocusKind.SyncStatus))!.Text);
        await peer.TypeAsync($"{file}", 44, " refused");
        // The document was asked for after the refused edit: once that is answered, the edit has been looked at.
        await peer.SendAsync(new HocuspocusFrame(HocuspocusKind.Sync, $"{file}") { Sync = new SyncMessage(SyncKind.Step1, new byte[] { 0 }) });
        var answered = await peer.NextAsync(frame => frame.Kind == HocuspocusKind.SyncStatus || (frame.Kind == HocuspocusKind.Sync && frame.Sync.Kind == SyncKind.Step2));
        Assert.Equal(HocuspocusKind.Sync, answered!.Kind);
        held.SetResult();
        Assert.True((await peer.NextAsync(frame => frame.Kind == HocuspocusKind.SyncStatus))!.Saved);
        Assert.False((await peer.NextAsync(frame => frame.Kind == HocuspocusKind.SyncStatus))!.Saved);
    }
}
