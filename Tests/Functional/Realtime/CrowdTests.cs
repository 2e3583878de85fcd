using System.Net;
using System.Net.WebSockets;
using CollabHub.Domain.Protocols;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>The soft bound on people in one file: past it whoever can only read is kept out, whoever may edit comes in.</summary>
public class CrowdTests
{
    [Fact]
    public async Task In_a_crowd_only_those_who_may_edit_come_in_on_every_edge_and_who_is_in_may_come_twice()
    {
        await using var hub = TestHub.Start(("Limits:PeoplePerFile", "2"));
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (eve, cyd) = (await hub.GuestAsync("Eve"), await hub.GuestAsync("Cyd"));
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        foreach (var (user, role) in new[] { (bob, "viewer"), (eve, "viewer"), (cyd, "editor") }) await ada.ShareAsync(session, user, role);
        await using var first = new YjsPeer(await ada.YjsAsync(file), 1);
        await first.SyncAsync();
        await using (var second = new YjsPeer(await bob.YjsAsync(file), 2))
        {
            await second.SyncAsync();
            Assert.Equal(HttpStatusCode.TooManyRequests, await RefusalAsync(eve, file));
            await using var connection = await eve.HubAsync(messagePack: true);
            await using (var open = new HubFile(connection, file, 3))
            {
                var refused = await Assert.ThrowsAsync<HubException>(() => open.NextAsync("sync"));
                Assert.Contains("rate_limited: file.crowded", refused.Message, StringComparison.Ordinal);
            }
            await using var provider = await HocuspocusPeer.ConnectAsync(hub);
            await provider.AuthenticateAsync($"{file}", eve.AccessToken);
            Assert.Equal("file.crowded", (await provider.NextAsync(f => f.Kind == HocuspocusKind.PermissionDenied))!.Text);

            Assert.Null(await RefusalAsync(bob, file));
            Assert.Null(await RefusalAsync(cyd, file));
        }
        await Eventually.TrueAsync(async () => await RefusalAsync(eve, file) is null);
    }

    private static async Task<HttpStatusCode?> RefusalAsync(TestUser user, Guid file)
    {
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        try
        {
            await socket.ConnectAsync(user.YjsAddress(file), default);
            return null;
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            return socket.HttpStatusCode;
        }
    }
}
