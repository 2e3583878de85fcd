using System.Net.WebSockets;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>A Hocuspocus socket that says exactly what a test wants, with one replica per address.</summary>
internal sealed class HocuspocusPeer(ClientWebSocket socket) : IAsyncDisposable
{
    private readonly Dictionary<string, YDocument> _replicas = [];
    private readonly Dictionary<string, int> _waiting = [];

    public int? Closed => (int?)socket.CloseStatus;

    public static async Task<HocuspocusPeer> ConnectAsync(TestHub hub)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{hub.BaseAddress.Authority}/hocuspocus"), default);
        return new HocuspocusPeer(socket);
    }

    public string Text(string address) => Replica(address).GetText(FileRoom.TextRoot);

    /// <summary>How many step 2 and updates of this address wait for their sync status.</summary>
    public int Waiting(string address) => _waiting.GetValueOrDefault(address);

    public Task SendAsync(byte[] message) => socket.SendAsync(message, WebSocketMessageType.Binary, true, default);

    public Task SendAsync(HocuspocusFrame frame) => SendAsync(HocuspocusCodec.Encode(frame));

    public Task AuthenticateAsync(string address, string token) =>
        SendAsync(new HocuspocusFrame(HocuspocusKind.Token, address) { Text = token, ProviderVersion = "4.8.0" });

    /// <summary>What a provider says on opening, and the answers up to the server's step 2; answers the scope.</summary>
    public async Task<string> OpenAsync(string address, string token)
    {
        await AuthenticateAsync(address, token);
        await SyncAsync(address, SyncKind.Step1, Replica(address).EncodeStateVector());
        var scope = (await NextAsync(f => f.Kind is HocuspocusKind.Authenticated or HocuspocusKind.PermissionDenied))!;
        Assert.Equal(HocuspocusKind.Authenticated, scope.Kind);
        await NextAsync(f => f.Kind == HocuspocusKind.Sync && f.Sync.Kind == SyncKind.Step2);
        return scope.Text!;
    }

    public async Task TypeAsync(string address, long client, string text)
    {
        var update = Replica(address).ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(Text(address).Length, 0, text)])!;
        _waiting[address] = Waiting(address) + 1;
        await SyncAsync(address, SyncKind.Update, update);
    }

    /// <summary>Types what is lost on its way.</summary>
    public void Lose(string address, long client, string text) =>
        Replica(address).ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(Text(address).Length, 0, text)]);

    /// <summary>The next message that fits; null when the server closed.</summary>
    public async Task<HocuspocusFrame?> NextAsync(Func<HocuspocusFrame, bool> fits)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var buffer = new byte[1 << 20];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            Assert.True(received.EndOfMessage);
            Assert.Equal(DecodeError.None, HocuspocusCodec.Decode(buffer.AsMemory(0, received.Count).ToArray(), out var frame));
            await TakeAsync(frame!);
            if (fits(frame!)) return frame;
        }
    }

    /// <summary>Ends the socket under whoever reads from it, who may still be at work on a replica.</summary>
    public void Abort() => socket.Dispose();

    /// <summary>The same; only when nobody reads any more.</summary>
    public ValueTask DisposeAsync()
    {
        Abort();
        foreach (var replica in _replicas.Values) replica.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task TakeAsync(HocuspocusFrame frame)
    {
        if (frame.Kind == HocuspocusKind.SyncStatus) _waiting[frame.Address] = Waiting(frame.Address) - 1;
        if (frame.Kind != HocuspocusKind.Sync) return;
        if (frame.Sync.Kind != SyncKind.Step1)
        {
            Assert.Equal(DecodeError.None, Replica(frame.Address).Apply(frame.Sync.Payload.Span).Error);
            return;
        }
        using var writer = new Lib0Writer();
        Assert.True(Replica(frame.Address).TryEncodeDiff(frame.Sync.Payload.Span, writer, out _));
        _waiting[frame.Address] = Waiting(frame.Address) + 1;
        await SyncAsync(frame.Address, SyncKind.Step2, writer.Written.ToArray());
    }

    private Task SyncAsync(string address, SyncKind kind, byte[] payload) =>
        SendAsync(new HocuspocusFrame(HocuspocusKind.Sync, address) { Sync = new SyncMessage(kind, payload) });

    private YDocument Replica(string address)
    {
        if (!_replicas.TryGetValue(address, out var replica)) _replicas.Add(address, replica = new YDocument());
        return replica;
    }
}
