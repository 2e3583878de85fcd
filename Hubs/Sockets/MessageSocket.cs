using System.Buffers;
using System.Net.WebSockets;
using CollabHub.Domain.Editing;
using CollabHub.Hubs.Connections;

namespace CollabHub.Hubs.Sockets;

/// <summary>
/// Whole binary messages over one WebSocket, for every framing: bounded reading, one write at a time, and an end that the other side
/// hears of.
/// </summary>
internal sealed class MessageSocket(WebSocket socket, ConnectionPass pass, YjsSocketOptions options, TimeProvider time) : IDisposable
{
    // A message in a thousand pieces costs as much as several.
    private const int PiecesPerMessage = 64;

    // Held by whoever writes: documents that share a socket write at their own times.
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource<SocketClose?> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isClosing;

    /// <summary>Bytes that one message may have; read before each message.</summary>
    public int MaxMessageBytes { get; set; } = options.MaxMessageBytes;

    /// <summary>Asks for the end from outside; the first one who asks decides how.</summary>
    public void End(SocketClose close) => _asked.TrySetResult(close);

    /// <summary>Runs until either side closes.</summary>
    /// <param name="send">Writes until told to stop; what it answers closes the socket.</param>
    /// <param name="handle">Takes one message, which it may keep; what it answers closes the socket.</param>
    /// <remarks>Reads and writes of the socket itself are never cancelled: that would reset the connection instead of closing it.</remarks>
    public async Task RunAsync(Func<CancellationToken, Task<SocketClose?>> send, Func<byte[], ValueTask<SocketClose?>> handle)
    {
        using var ended = new CancellationTokenSource();
        var sending = send(ended.Token);
        var receiving = ReceiveAsync(handle, ended.Token);
        var first = await Task.WhenAny(sending, receiving, _asked.Task);
        _isClosing = true;
        await ended.CancelAsync();
        var close = await ResultOfAsync(sending)
            ?? (_asked.Task.IsCompletedSuccessfully ? await _asked.Task : null)
            ?? (first == receiving ? await ResultOfAsync(receiving) : null);
        await CloseAsync(close, receiving);
    }

    /// <summary>Sends one message; a peer that does not take it in time has stopped reading, and the connection is reset.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        await _writing.WaitAsync();
        try
        {
            var sent = socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            if (!sent.IsCompletedSuccessfully) await sent.AsTask().WaitAsync(options.SendTimeout, time);
        }
        catch (TimeoutException)
        {
            socket.Abort();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writing.Dispose();
        socket.Dispose();
    }

    /// <summary>What a direction ended with; a connection that broke ends with nothing to say.</summary>
    internal static async Task<SocketClose?> ResultOfAsync(Task<SocketClose?> direction)
    {
        try
        {
            return await direction;
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            return null;
        }
    }

    private static bool IsBroken(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException or TimeoutException;

    private async Task<SocketClose?> ReceiveAsync(Func<byte[], ValueTask<SocketClose?>> handle, CancellationToken ended)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4 * 1024);
        try
        {
            var (length, pieces) = (0, 0);
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close) return null;
                if (received.MessageType == WebSocketMessageType.Text) return new SocketClose(CloseCodes.TextFrame, "binary messages only");
                length += received.Count;
                if (length > MaxMessageBytes) return new SocketClose(CloseCodes.TooLarge, EditErrors.TooLarge.Code);
                if (!_isClosing && !await IsWithinRateAsync(received, length, ++pieces, ended)) return new SocketClose(CloseCodes.RateLimited, "rate.limited");
                if (received.EndOfMessage) pieces = 0;
                if (_isClosing)
                {
                    // What still comes while the close is under way is not looked at.
                    length = 0;
                }
                else if (received.EndOfMessage)
                {
                    // Rooms keep what they accept, so the message gets bytes of its own.
                    if (await handle(buffer.AsSpan(0, length).ToArray()) is { } close) return close;
                    length = 0;
                }
                else if (length == buffer.Length)
                {
                    buffer = Enlarge(buffer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ValueTask<bool> IsWithinRateAsync(ValueWebSocketReceiveResult received, int length, int pieces, CancellationToken ended)
    {
        if (received.EndOfMessage) return pass.CountAsync(1, length, ended);
        return pieces % PiecesPerMessage == 0 ? pass.CountAsync(1, 0, ended) : ValueTask.FromResult(true);
    }

    private static byte[] Enlarge(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private async Task CloseAsync(SocketClose? close, Task<SocketClose?> receiving)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                var code = (WebSocketCloseStatus)(close?.Code ?? (int)WebSocketCloseStatus.NormalClosure);
                await socket.CloseOutputAsync(code, close?.Reason, CancellationToken.None).WaitAsync(options.CloseTimeout, time);
            }
            // A receiver that is still reading ends with the peer's own close; one that refused a message reads on for it here.
            if (receiving.IsCompleted && socket.State == WebSocketState.CloseSent) receiving = ReceiveAsync(static _ => default, CancellationToken.None);
            await receiving.WaitAsync(options.CloseTimeout, time);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The other side is gone, or does not answer; there is nobody left to tell.
            socket.Abort();
            await ResultOfAsync(receiving);
        }
    }
}
