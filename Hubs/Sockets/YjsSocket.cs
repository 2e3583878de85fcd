using System.Buffers;
using System.Net.WebSockets;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Sockets;

/// <summary>One y-websocket connection: frames of the room become messages, messages become calls on the room.</summary>
internal sealed class YjsSocket(WebSocket socket, OpenFile file, YjsSocketOptions options, TimeProvider time, DateTimeOffset tokenExpires)
{
    // An awareness update without entries: a data frame that says nothing, for clients that count silence.
    private static readonly byte[] Nothing = YWebsocketFrame.Awareness([0]);

    private bool _asked;
    private volatile bool _isClosing;

    /// <summary>Runs until either side closes.</summary>
    /// <remarks>Reads and writes of the socket itself are never cancelled: that would reset the connection instead of closing it.</remarks>
    public async Task RunAsync()
    {
        using var ended = new CancellationTokenSource();
        var sending = SendAsync(ended.Token);
        var receiving = ReceiveAsync();
        var first = await Task.WhenAny(sending, receiving);
        _isClosing = true;
        await ended.CancelAsync();
        var close = await ResultOfAsync(sending) ?? (first == receiving ? await ResultOfAsync(receiving) : null);
        await CloseAsync(close, receiving);
    }

    /// <summary>What a direction ended with; a connection that broke ends with nothing to say.</summary>
    private static async Task<Close?> ResultOfAsync(Task<Close?> direction)
    {
        try
        {
            return await direction;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or TimeoutException)
        {
            return null;
        }
    }

    private sealed record Close(int Code, string Reason);

    private async Task<Close?> SendAsync(CancellationToken ended)
    {
        while (true)
        {
            if (time.GetUtcNow() >= tokenExpires + options.TokenGrace) return new Close(CloseCodes.TokenExpired, "token expired");
            IReadOnlyList<RoomFrame> frames;
            using (var quiet = CancellationTokenSource.CreateLinkedTokenSource(ended))
            {
                quiet.CancelAfter(options.DataInterval);
                try
                {
                    frames = await file.Subscription.TakeAsync(quiet.Token);
                }
                catch (OperationCanceledException) when (!ended.IsCancellationRequested)
                {
                    await SendAsync(Nothing);
                    continue;
                }
            }
            foreach (var frame in frames)
            {
                if (await SendAsync(frame) is { } close) return close;
            }
        }
    }

    private async ValueTask<Close?> SendAsync(RoomFrame frame)
    {
        switch (frame.Kind)
        {
            case RoomFrameKind.Sync when !_asked:
                // The first exchange: the client answers our step 1 with what we lack and asks by itself for what it lacks.
                _asked = true;
                await SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, frame.StateVector.Span));
                return null;
            case RoomFrameKind.Sync:
                await SendAsync(YWebsocketFrame.Sync(SyncKind.Step2, frame.Payload.Span));
                return null;
            case RoomFrameKind.Edit:
                await SendAsync(frame.EncodedOnce(static f => YWebsocketFrame.Sync(SyncKind.Update, f.Payload.Span)));
                return null;
            case RoomFrameKind.Cursors:
                await SendAsync(frame.EncodedOnce(static f => YWebsocketFrame.Awareness(f.Payload.Span)));
                return null;
            case RoomFrameKind.Rejected:
                await SendAsync(YWebsocketFrame.PermissionDenied(frame.Code ?? "rejected"));
                return frame.Code == EditErrors.TooLarge.Code ? new Close(CloseCodes.TooLarge, frame.Code)
                    : frame.Code == EditErrors.Malformed.Code ? new Close(CloseCodes.Malformed, frame.Code)
                    : null;
            case RoomFrameKind.Closed:
                return new Close(CloseCodes.Of(frame.Code), frame.Code ?? "closed");
            default:
                // `saved` has no message of its own here: the author's own update comes back instead. Roles show in the refusals.
                return null;
        }
    }

    /// <summary>One message; a peer that does not take it in time has stopped reading, and the connection is reset.</summary>
    private async ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        var sent = socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        if (sent.IsCompletedSuccessfully) return;
        try
        {
            await sent.AsTask().WaitAsync(options.SendTimeout, time);
        }
        catch (TimeoutException)
        {
            socket.Abort();
            throw;
        }
    }

    private async Task<Close?> ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4 * 1024);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close) return null;
                if (received.MessageType == WebSocketMessageType.Text) return new Close(CloseCodes.TextFrame, "binary messages only");
                length += received.Count;
                if (length > options.MaxMessageBytes) return new Close(CloseCodes.TooLarge, EditErrors.TooLarge.Code);
                if (_isClosing)
                {
                    // What still comes while the close is under way is not looked at.
                    length = 0;
                }
                else if (received.EndOfMessage)
                {
                    // The room keeps what it accepts, so the message gets bytes of its own.
                    if (await HandleAsync(buffer.AsSpan(0, length).ToArray()) is { } close) return close;
                    length = 0;
                }
                else if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<Close?> HandleAsync(byte[] message)
    {
        var ct = CancellationToken.None;
        if (YWebsocketFrame.Decode(message, out var parts) != DecodeError.None) return new Close(CloseCodes.Malformed, "frame.malformed");
        foreach (var part in parts)
        {
            switch (part.Kind)
            {
                case YWebsocketKind.Sync when part.Sync.Kind == SyncKind.Step1:
                    await file.SyncAsync(part.Sync.Payload, ct);
                    break;
                case YWebsocketKind.Sync:
                    await file.PushAsync(part.Sync.Payload, isSync: part.Sync.Kind == SyncKind.Step2, ct);
                    break;
                case YWebsocketKind.Awareness:
                    if (await file.MoveCursorAsync(part.Awareness, ct) != DecodeError.None) return new Close(CloseCodes.Malformed, "cursor.malformed");
                    break;
                case YWebsocketKind.QueryAwareness:
                    file.QueryCursors();
                    break;
                default:
                    return new Close(CloseCodes.Malformed, "frame.malformed");
            }
        }
        return null;
    }

    private async Task CloseAsync(Close? close, Task<Close?> receiving)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                var code = (WebSocketCloseStatus)(close?.Code ?? (int)WebSocketCloseStatus.NormalClosure);
                await socket.CloseOutputAsync(code, close?.Reason, CancellationToken.None).WaitAsync(options.CloseTimeout, time);
            }
            // A receiver that is still reading ends with the peer's own close; one that refused a message reads on for it here.
            if (receiving.IsCompleted && socket.State == WebSocketState.CloseSent) receiving = ReceiveAsync();
            await receiving.WaitAsync(options.CloseTimeout, time);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or TimeoutException)
        {
            // The other side is gone, or does not answer; there is nobody left to tell.
            socket.Abort();
            await ResultOfAsync(receiving);
        }
    }
}
