using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>A message of an editor is lost: what it types behind it is not called saved, and the server asks for what it lacks.</summary>
public class LostMessageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_the_hub(bool messagePack)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("");
        await using var connection = await ada.HubAsync(messagePack);
        await using var editor = new HubFile(connection, file, 1);
        await editor.NextAsync("sync");
        editor.Lose("lost ");
        await editor.TypeAsync("and found");
        // No word of saved before this.
        var asked = await editor.FrameAsync();
        Assert.Equal(("sync", "owner"), (asked.Kind, asked.Role));
        await editor.PushMissingAsync(asked.StateVector!);
        await editor.SavedAsync();
        Assert.Equal("lost and found", await ada.TextAsync(workspace, file));
    }

    [Fact]
    public async Task Of_y_websocket()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("");
        await using var peer = new YjsPeer(await ada.YjsAsync(file), 1);
        await peer.SyncAsync();
        peer.Lose("lost ");
        await peer.TypeAsync("and found");
        var next = await peer.NextAsync(message => message.Kind == YWebsocketKind.Sync);
        Assert.Equal(SyncKind.Step1, next!.Value.Sync.Kind);
        // Its own words come back, once they are in the text and durable.
        var echo = await peer.NextAsync(message => message.Kind == YWebsocketKind.Sync && message.Sync.Kind == SyncKind.Update);
        Assert.NotNull(echo);
        Assert.Equal("lost and found", await ada.TextAsync(workspace, file));
    }

    [Fact]
    public async Task Of_Hocuspocus()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        await peer.OpenAsync($"{file}", ada.AccessToken);
        Assert.True((await peer.NextAsync(frame => frame.Kind == HocuspocusKind.SyncStatus))!.Saved);
        peer.Lose($"{file}", 1, "lost ");
        await peer.TypeAsync($"{file}", 1, "and found");
        var next = await peer.NextAsync(frame => frame.Kind is HocuspocusKind.Sync or HocuspocusKind.SyncStatus);
        Assert.Equal((HocuspocusKind.Sync, SyncKind.Step1), (next!.Kind, next.Sync.Kind));
        for (var answers = 0; answers < 2; answers++) Assert.True((await peer.NextAsync(frame => frame.Kind == HocuspocusKind.SyncStatus))!.Saved);
        Assert.Equal("lost and found", await ada.TextAsync(workspace, file));
    }
}
