using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>A connection of any kind with the file open that reads nothing until it is told to; its own buffer for what comes is small.</summary>
internal sealed class StalledReader : IDisposable
{
    /// <summary>Where it can connect to.</summary>
    public static readonly string[] Surfaces = ["hubs/session", "yjs", "hocuspocus"];

    private readonly List<byte> _record = [];
    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { ConnectCallback = ConnectSmallAsync });

    private StalledReader()
    {
    }

    /// <summary>Connects, opens the file and reads nothing more.</summary>
    public static async Task<StalledReader> OpenAsync(TestUser user, string surface, Guid file)
    {
        var reader = await ConnectAsync(user, surface == "yjs" ? $"yjs/{file}" : surface);
        switch (surface)
        {
            case "yjs":
                await reader.SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, new byte[] { 0 }), WebSocketMessageType.Binary);
                break;
            case "hocuspocus":
                await reader.SendAsync(HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.Token, $"{file}") { Text = user.AccessToken }), WebSocketMessageType.Binary);
                break;
            default:
                await reader.InvokeAsync("OpenFile", isStream: true, $"\"{file}\"", "\"AA==\"");
                break;
        }
        // What comes first is proof that the file is open.
        await reader.ReadAsync();
        return reader;
    }

    /// <summary>Connects; a hub connection has shaken hands in JSON.</summary>
    public static async Task<StalledReader> ConnectAsync(TestUser user, string path)
    {
        var reader = new StalledReader();
        await reader._socket.ConnectAsync(new Uri($"ws://{user.Http.BaseAddress!.Authority}/{path}?access_token={user.AccessToken}"), reader._invoker, default);
        if (!path.StartsWith("hubs/", StringComparison.Ordinal)) return reader;
        await reader.SendAsync(Encoding.UTF8.GetBytes(RawHub.JsonHandshake), WebSocketMessageType.Text);
        await reader.ReadAsync();
        return reader;
    }

    /// <summary>Calls a hub method with arguments that are JSON already.</summary>
    public Task InvokeAsync(string method, bool isStream, params string[] arguments) => SendAsync(
        Encoding.UTF8.GetBytes($$"""{"type":{{(isStream ? 4 : 1)}},"invocationId":"{{method}}","target":"{{method}}","arguments":[{{string.Join(',', arguments)}}]}""" + "\u001e"),
        WebSocketMessageType.Text);

    /// <summary>The next messages of a hub connection, whole ones only.</summary>
    public async Task<IReadOnlyList<JsonElement>> RecordsAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var buffer = new byte[64 * 1024];
        var records = new List<JsonElement>();
        while (records.Count == 0)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
            foreach (var next in buffer.AsSpan(0, received.Count))
            {
                if (next != 0x1e)
                {
                    _record.Add(next);
                    continue;
                }
                records.Add(JsonDocument.Parse(_record.ToArray()).RootElement);
                _record.Clear();
            }
        }
        return records;
    }

    /// <summary>Reads to the end, or until something holds the word: the word, the close code with its reason, or that the line was reset.</summary>
    public async Task<string> ReadOnAsync(string word)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var (buffer, wanted) = (new byte[64 * 1024], Encoding.UTF8.GetBytes(word));
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
                if (received.MessageType == WebSocketMessageType.Close) return $"{(int)_socket.CloseStatus!} {_socket.CloseStatusDescription}";
                if (buffer.AsSpan(0, received.Count).IndexOf(wanted) >= 0) return word;
            }
        }
        catch (WebSocketException)
        {
            return "reset";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
        _invoker.Dispose();
    }

    private Task SendAsync(byte[] message, WebSocketMessageType type) => _socket.SendAsync(message, type, true, default);

    private async Task ReadAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        Assert.NotEqual(WebSocketMessageType.Close, (await _socket.ReceiveAsync(new byte[64 * 1024].AsMemory(), limit.Token)).MessageType);
    }

    private static async ValueTask<Stream> ConnectSmallAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
