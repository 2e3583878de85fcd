using System.Diagnostics;
using System.Net.WebSockets;
using CollabHub.Domain.Protocols;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>Every bound on connections: what is one more than allowed is answered with the code that the contract names.</summary>
public class ConnectionLimitTests
{
    private static readonly string[] Surfaces = ["hubs/session", "hubs/notifications", "yjs", "hocuspocus"];

    public static TheoryData<string, string, string> AtTheUpgrade
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var surface in Surfaces)
            {
                rows.Add(surface, "ConnectionsPerNode", "503");
                rows.Add(surface, "ConnectionsPerAddress", "429");
                rows.Add(surface, "NewConnectionsPerAddressAndMinute", "429");
                // A socket whose token comes in a message is not somebody's yet.
                if (surface != "hocuspocus") rows.Add(surface, "ConnectionsPerUser", "429");
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(AtTheUpgrade))]
    public async Task One_connection_more_than_allowed_is_refused_at_the_upgrade(string surface, string bound, string status)
    {
        await using var hub = TestHub.Start(($"Limits:{bound}", "2"), ("Limits:CountLoopback", "true"));
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        var address = new Uri($"ws://{hub.BaseAddress.Authority}/{surface}{(surface == "yjs" ? $"/{file}" : "")}?access_token={ada.AccessToken}");
        using var first = await ConnectAsync(address);
        using var second = await ConnectAsync(address);
        Assert.Equal(status, await RefusalAsync(address));
        if (bound == "NewConnectionsPerAddressAndMinute") return;
        first.Abort();
        await Eventually.TrueAsync(async () => await RefusalAsync(address) is null);
    }

    [Fact]
    public async Task Callers_on_loopback_are_not_counted_by_address()
    {
        await using var hub = TestHub.Start(("Limits:ConnectionsPerAddress", "1"), ("Limits:NewConnectionsPerAddressAndMinute", "1"));
        await using var first = await HocuspocusPeer.ConnectAsync(hub);
        await using var second = await HocuspocusPeer.ConnectAsync(hub);
    }

    [Fact]
    public async Task An_account_with_enough_connections_is_denied_in_the_message_that_names_it()
    {
        await using var hub = TestHub.Start(("Limits:ConnectionsPerUser", "1"));
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        await using var first = await HocuspocusPeer.ConnectAsync(hub);
        await first.OpenAsync($"{file}", ada.AccessToken);
        await using var second = await HocuspocusPeer.ConnectAsync(hub);
        await second.AuthenticateAsync($"{file}", ada.AccessToken);
        Assert.Equal("connection.too_many", (await second.NextAsync(f => f.Kind == HocuspocusKind.PermissionDenied))!.Text);
    }

    [Theory]
    [InlineData("FilesPerConnection")]
    [InlineData("OpenFilesPerUser")]
    public async Task One_file_more_than_allowed_is_refused_on_every_edge_and_closing_one_makes_room(string bound)
    {
        await using var hub = TestHub.Start(($"Limits:{bound}", "1"));
        var ada = await hub.GuestAsync("Ada");
        var (_, _, first) = await ada.SessionWithFileAsync("one");
        var (_, _, second) = await ada.SessionWithFileAsync("two");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using (var open = new HubFile(connection, first, 1))
        {
            await open.NextAsync("sync");
            await using var more = new HubFile(connection, second, 1);
            var refused = await Assert.ThrowsAsync<HubException>(() => more.NextAsync("sync"));
            Assert.Contains("rate_limited: file.too_many_open", refused.Message, StringComparison.Ordinal);
        }
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        await Eventually.TrueAsync(async () =>
        {
            await peer.AuthenticateAsync($"{first}", ada.AccessToken);
            return (await peer.NextAsync(f => f.Kind is HocuspocusKind.Authenticated or HocuspocusKind.PermissionDenied))!.Kind == HocuspocusKind.Authenticated;
        });
        await peer.AuthenticateAsync($"{second}", ada.AccessToken);
        Assert.Equal("file.too_many_open", (await peer.NextAsync(f => f.Kind == HocuspocusKind.PermissionDenied))!.Text);
    }

    [Fact]
    public async Task A_burst_over_the_rate_is_slowed_down_and_nothing_of_it_is_lost()
    {
        await using var hub = TestHub.Start(("Limits:MessagesPerSecond", "40"), ("Limits:MessagesBurst", "20"));
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 1);
        await open.NextAsync("sync");
        await using var peer = new YjsPeer(await ada.YjsAsync(file), 2);
        await peer.SyncAsync();
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 60; i++) await open.TypeAsync("h");
        for (var i = 0; i < 60; i++) await peer.TypeAsync("y");
        await Eventually.TrueAsync(async () => (await ada.TextAsync(workspace, file)).Length == 120);
        // 60 messages at 40 a second, 20 of them at once.
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task Who_floods_a_socket_for_too_long_is_cut_off_with_4429_and_others_are_not()
    {
        await using var hub = TestHub.Start(("Limits:MessagesPerSecond", "10"), ("Limits:MessagesBurst", "10"), ("Limits:ThrottledSeconds", "1"));
        var (ada, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Eve"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, eve);
        await using var calm = new YjsPeer(await ada.YjsAsync(file), 1);
        await calm.SyncAsync();
        await using var flood = new YjsPeer(await eve.YjsAsync(file), 2);
        await flood.SyncAsync();
        // Questions for cursors: nothing that a room would have to keep.
        for (var i = 0; i < 100; i++) await flood.SendAsync(YWebsocketFrame.QueryAwareness());
        Assert.Null(await flood.NextAsync(_ => false));
        Assert.Equal(4429, (int)flood.Closed!.Value);
        await calm.TypeAsync("still here");
        await Eventually.TrueAsync(async () => await ada.TextAsync(workspace, file) == "still here");
    }

    [Theory]
    [InlineData("{\"type\":6}")]
    [InlineData("{\"type\":1,\"target\":\"NoSuchMethod\",\"arguments\":[]}")]
    [InlineData("{\"type\":3,\"invocationId\":\"99\",\"result\":1}")]
    public async Task Pings_unknown_methods_and_completions_nobody_asked_for_count_like_everything(string message)
    {
        await using var hub = TestHub.Start(("Limits:MessagesPerSecond", "10"), ("Limits:MessagesBurst", "10"), ("Limits:ThrottledSeconds", "1"));
        var ada = await hub.GuestAsync("Ada");
        using var socket = await ConnectAsync(new Uri($"ws://{hub.BaseAddress.Authority}/hubs/session?access_token={ada.AccessToken}"));
        await SendAsync(socket, "{\"protocol\":\"json\",\"version\":1}\u001e");
        await EndsAsync(socket, async () =>
        {
            for (var i = 0; i < 100 && socket.State == WebSocketState.Open; i++) await SendAsync(socket, message + "\u001e");
        });
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    private static async Task EndsAsync(ClientWebSocket socket, Func<Task> send)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var buffer = new byte[4096];
        try
        {
            await send();
            while ((await socket.ReceiveAsync(buffer.AsMemory(), limit.Token)).MessageType != WebSocketMessageType.Close) { }
        }
        catch (WebSocketException)
        {
            // Cut off without a word, even before everything was sent, is an end, too.
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri address)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, default);
        return socket;
    }

    private static async Task<string?> RefusalAsync(Uri address)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(address, default);
            return null;
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            return ((int)socket.HttpStatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
