using System.Net;
using System.Net.WebSockets;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>What outsiders rely on at the edges of the sockets.</summary>
public class SocketContractTests
{
    [Fact]
    public async Task A_deleted_workspace_is_told_as_files_that_are_deleted_on_every_edge()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 1);
        await open.NextAsync("sync");
        await using var peer = new YjsPeer(await ada.YjsAsync(file), 2);
        await peer.SyncAsync();
        await using var provider = await HocuspocusPeer.ConnectAsync(hub);
        await provider.OpenAsync($"{file}", ada.AccessToken);
        using var deleted = await ada.Http.DeleteAsync(new Uri($"api/workspaces/{workspace}", UriKind.Relative));
        await deleted.OkAsync(HttpStatusCode.NoContent);
        Assert.Equal("file.deleted", (await open.NextAsync("closed")).Code);
        Assert.Null(await peer.NextAsync(_ => false));
        Assert.Equal(4404, (int)peer.Closed!.Value);
        Assert.Null(await provider.NextAsync(_ => false));
        Assert.Equal(4404, provider.Closed);
    }

    [Fact]
    public async Task A_file_has_one_address()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("");
        foreach (var spelling in new[] { $"{file}".ToUpperInvariant(), $"{file}%20", $"{file}%0a", $"{{{file}}}", $"{file:N}" })
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            var address = new Uri($"ws://{hub.BaseAddress.Authority}/yjs/{spelling}?access_token={ada.AccessToken}");
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, default));
            Assert.Equal(HttpStatusCode.NotFound, socket.HttpStatusCode);
        }
    }

    [Fact]
    public async Task A_state_vector_of_very_many_unknown_clients_closes_with_4413()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        await using var peer = new YjsPeer(await ada.YjsAsync(file), 2);
        var vector = new StateVector();
        for (var client = 1; client <= 4097; client++) vector[client] = 1;
        await peer.SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, vector.Encode()));
        Assert.Null(await peer.NextAsync(_ => false));
        Assert.Equal(4413, (int)peer.Closed!.Value);
    }

    [Fact]
    public async Task Somebody_elses_client_id_is_refused_from_the_first_edit_on_in_a_new_file_of_a_new_server()
    {
        await using var hub = TestHub.Start();
        var (ada, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Eve"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, eve);
        await using var connection = await ada.HubAsync(messagePack: false);
        await using var open = new HubFile(connection, file, 77);
        await open.NextAsync("sync");
        await open.TypeAsync("mine");
        await open.SavedAsync();
        await using var thief = new YjsPeer(await eve.YjsAsync(file), 77);
        await thief.SyncAsync();
        await thief.TypeAsync(" stolen");
        Assert.Null(await thief.NextAsync(_ => false));
        Assert.Equal(4409, (int)thief.Closed!.Value);
        await open.TypeAsync(" still");
        Assert.Equal("ok", await open.AnswerAsync());
        Assert.Equal("mine still", await ada.TextAsync(workspace, file));
    }
}
