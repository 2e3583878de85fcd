using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Tests.Faults.Rig;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>A large file reaches someone behind a slow link: 8 MB, or 50 MB with COLLABHUB_LONG.</summary>
public class FirstSyncTests
{
    private const int Piece = 200_000;

    [Fact]
    public async Task A_large_file_arrives_in_pieces_over_a_slow_link_while_others_type()
    {
        await using var large = await LargeFile.StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(large.Ada.YjsAddress(large.File), default);
        await socket.SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, new byte[] { 0 }), WebSocketMessageType.Binary, true, default);
        using var replica = new YDocument(new DocumentOptions { MaxUpdateBytes = int.MaxValue, MaxDocumentBytes = 200_000_000 });
        var (messages, isSynced, typed) = (0, false, 0);
        while (!isSynced)
        {
            var message = await ReadSlowlyAsync(socket);
            Assert.InRange(message.Length, 1, 2 * 262_144);
            Assert.Equal(DecodeError.None, YWebsocketFrame.Decode(message, out var parts));
            foreach (var part in parts.Where(part => part.Kind == YWebsocketKind.Sync && part.Sync.Kind != SyncKind.Step1))
            {
                messages++;
                Assert.Equal(DecodeError.None, replica.Apply(part.Sync.Payload.Span).Error);
                isSynced |= part.Sync.Kind == SyncKind.Step2;
            }
            if (messages % 10 == 5) typed += (await TypeAsync(large.Open, large.Content)).Length;
        }
        Assert.InRange(messages, Pieces * Piece / 2 / 262_144, 2 * Pieces);
        while (replica.GetText(FileRoom.TextRoot).Length < (Pieces * Piece) + typed)
        {
            Assert.Equal(DecodeError.None, YWebsocketFrame.Decode(await ReadSlowlyAsync(socket), out var parts));
            foreach (var part in parts.Where(part => part.Kind == YWebsocketKind.Sync)) Assert.Equal(DecodeError.None, replica.Apply(part.Sync.Payload.Span).Error);
        }
        Assert.Equal(large.Content.GetText(FileRoom.TextRoot), replica.GetText(FileRoom.TextRoot));
    }

    [Fact]
    public async Task A_stock_client_gets_a_large_file_over_a_slow_line_and_is_never_taken_for_dead()
    {
        await using var large = await LargeFile.StartAsync();
        await using var line = new FaultProxy(new IPEndPoint(IPAddress.Loopback, large.Hub.BaseAddress.Port)) { AnswerBytesPerSecond = 4_000_000 };
        await using var rig = ClientRig.Start(large.Hub);
        var began = Stopwatch.GetTimestamp();
        foreach (var kind in new[] { "y-websocket-3", "hocuspocus-4" })
            await rig.SendAsync("add", new { client = kind, kind, token = large.Ada.AccessToken, fileId = large.File.ToString(), @base = $"http://127.0.0.1:{line.Port}/" });
        await rig.SendAsync("connect", new { });
        await rig.SendAsync("settled", new { timeoutMs = 55_000 });
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(Pieces * Piece / 4_500_000.0), "The line was not slow.");
        foreach (var kind in new[] { "y-websocket-3", "hocuspocus-4" })
        {
            var state = await rig.StateAsync(kind);
            Assert.Equal(large.Content.GetText(FileRoom.TextRoot).Length, state.GetProperty("text").GetString()!.Length);
            Assert.Equal(0, state.GetProperty("closeCodes").GetArrayLength());
        }
    }

    private static int Pieces => NodeRig.IsLong ? 250 : 40;

    private static async Task<string> TypeAsync(HubFile open, YDocument content)
    {
        await open.PushAsync(content.ApplyTextEdits(FileRoom.TextRoot, 7, [new TextEdit(0, 0, "typed meanwhile ")])!);
        return "typed meanwhile ";
    }

    /// <summary>One message, about 3 MB a second: the receiver is never ready for more than a small piece.</summary>
    private static async Task<byte[]> ReadSlowlyAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        using var link = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            await link.WaitForNextTickAsync(limit.Token);
            var received = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
            whole.Write(buffer, 0, received.Count);
            if (received.EndOfMessage) return whole.ToArray();
        }
    }

    /// <summary>A file with a few megabytes in it that its author has open.</summary>
    private sealed class LargeFile(TestHub hub, TestUser ada, Guid file, HubConnection author) : IAsyncDisposable
    {
        public TestHub Hub => hub;

        public TestUser Ada => ada;

        public Guid File => file;

        public HubFile Open { get; } = new(author, file, 1);

        public YDocument Content { get; } = new();

        public static async Task<LargeFile> StartAsync()
        {
            var hub = TestHub.Start(
                ("Limits:FileStateBytes", "200000000"), ("Limits:FileTextBytes", "200000000"), ("Limits:BytesPerSecond", "200000000"), ("Limits:MessagesPerSecond", "1000"));
            var ada = await hub.GuestAsync("Ada");
            var (_, _, file) = await ada.SessionWithFileAsync("");
            var large = new LargeFile(hub, ada, file, await ada.HubAsync(messagePack: true));
            await large.Open.NextAsync("sync");
            for (var i = 0; i < Pieces; i++)
            {
                // In front of the others, so that each stays a struct of its own.
                await large.Open.PushAsync(large.Content.ApplyTextEdits(FileRoom.TextRoot, 7, [new TextEdit(0, 0, new string((char)('a' + (i % 26)), Piece))])!);
            }
            while ((await large.Open.NextAsync("saved")).Seq < Pieces) { }
            return large;
        }

        public async ValueTask DisposeAsync()
        {
            Content.Dispose();
            await Open.DisposeAsync();
            await author.DisposeAsync();
            await hub.DisposeAsync();
        }
    }
}
