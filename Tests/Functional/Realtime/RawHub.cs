using System.Net.WebSockets;
using System.Text;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>A hub connection spoken byte by byte.</summary>
internal sealed class RawHub(ClientWebSocket socket) : IDisposable
{
    public const string JsonHandshake = "{\"protocol\":\"json\",\"version\":1}\u001e";
    public const string PackHandshake = "{\"protocol\":\"messagepack\",\"version\":1}\u001e";

    public bool IsOpen => socket.State == WebSocketState.Open;

    public static async Task<RawHub> ConnectAsync(TestUser user, string path)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{user.Http.BaseAddress!.Authority}/{path}?access_token={user.AccessToken}"), default);
        return new RawHub(socket);
    }

    /// <summary>A MessagePack message with its length before it.</summary>
    public static byte[] Pack(params byte[] body)
    {
        var length = new List<byte>();
        var left = (uint)body.Length;
        do
        {
            length.Add((byte)((left & 0x7f) | (left > 0x7f ? 0x80u : 0)));
            left >>= 7;
        }
        while (left > 0);
        return [.. length, .. body];
    }

    /// <summary>Sends; an end that has come meanwhile is no fault.</summary>
    public async Task SendAsync(byte[] message, bool isText = false)
    {
        try
        {
            await socket.SendAsync(message, isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, true, default);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or ObjectDisposedException)
        {
            // Closed by the server while this was on its way.
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), isText: true);

    /// <summary>Reads until something contains these bytes; false when the connection ended instead. Fails when neither happens.</summary>
    public async Task<bool> HearsAsync(byte[] expected, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
                if (received.MessageType == WebSocketMessageType.Close) return false;
                if (buffer.AsSpan(0, received.Count).IndexOf(expected) >= 0) return true;
            }
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    /// <summary>Reads and forgets until the end.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), ct)).MessageType != WebSocketMessageType.Close) { }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The end of the connection, by the server or by the test.
        }
    }

    /// <summary>Says goodbye after everything that was sent, and waits a moment for the answer.</summary>
    public async Task ClosePolitelyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // It is closed already.
        }
    }

    public void Dispose()
    {
        socket.Abort();
        socket.Dispose();
    }
}
