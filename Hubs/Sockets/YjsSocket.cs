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

    /// <summary>Runs until either side closes.</summary>
    public async Task RunAsync(CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var sending = SendAsync(ended.Token);
        var receiving = ReceiveAsync(ended.Token);
        var first = await Task.WhenAny(sending, receiving);
        var close = await ResultOfAsync(first);
        await ended.CancelAsync();
        var other = await ResultOfAsync(first == sending ? receiving : sending);
        await CloseAsync(close ?? other);
    }

    /// <summary>What a direction ended with; a connection that broke ends with nothing to say.</summary>
    private static async Task<Close?> ResultOfAsync(Task<Close?> direction)
    {
        try
        {
            return await direction;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private sealed record Close(int Code, string Reason);

    private async Task<Close?> SendAsync(CancellationToken ct)
    {
        while (true)
        {
            if (time.GetUtcNow() >= tokenExpires + options.TokenGrace) return new Close(CloseCodes.TokenExpired, "token expired");
            IReadOnlyList<RoomFrame> frames;
            using (var quiet = CancellationTokenSource.CreateLinkedTokenSource(ct))
            {
                quiet.CancelAfter(options.DataInterval);
                try
                {
                    frames = await file.Subscription.TakeAsync(quiet.Token);
                }
                catch (OperationCanceledException) when (!ct.IsCancellationRequested)
                {
                    await SendAsync(Nothing, ct);
                    continue;
                }
            }
            foreach (var frame in frames)
            {
                if (await SendAsync(frame, ct) is { } close) return close;
            }
        }
    }

    private async ValueTask<Close?> SendAsync(RoomFrame frame, CancellationToken ct)
    {
        switch (frame.Kind)
        {
            case RoomFrameKind.Sync when !_asked:
                // The first exchange: the client answers our step 1 with what we lack and asks by itself for what it lacks.
                _asked = true;
                await SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, frame.StateVector.Span), ct);
                return null;
            case RoomFrameKind.Sync:
                await SendAsync(YWebsocketFrame.Sync(SyncKind.Step2, frame.Payload.Span), ct);
                return null;
            case RoomFrameKind.Edit:
                await SendAsync(frame.EncodedOnce(static f => YWebsocketFrame.Sync(SyncKind.Update, f.Payload.Span)), ct);
                return null;
            case RoomFrameKind.Cursors:
                await SendAsync(frame.EncodedOnce(static f => YWebsocketFrame.Awareness(f.Payload.Span)), ct);
                return null;
            case RoomFrameKind.Rejected:
                await SendAsync(YWebsocketFrame.PermissionDenied(frame.Code ?? "rejected"), ct);
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

    private ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken ct) =>
        socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, ct);

    private async Task<Close?> ReceiveAsync(CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4 * 1024);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
                if (received.MessageType == WebSocketMessageType.Close) return null;
                if (received.MessageType == WebSocketMessageType.Text) return new Close(CloseCodes.TextFrame, "binary messages only");
                length += received.Count;
                if (length > options.MaxMessageBytes) return new Close(CloseCodes.TooLarge, EditErrors.TooLarge.Code);
                if (received.EndOfMessage)
                {
                    // The room keeps what it accepts, so the message gets bytes of its own.
                    if (await HandleAsync(buffer.AsSpan(0, length).ToArray(), ct) is { } close) return close;
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

    private async ValueTask<Close?> HandleAsync(byte[] message, CancellationToken ct)
    {
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

    private async Task CloseAsync(Close? close)
    {
        using var timeout = new CancellationTokenSource(options.CloseTimeout, time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseAsync((WebSocketCloseStatus)(close?.Code ?? 1000), close?.Reason, timeout.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side is gone already; there is nobody left to tell.
            socket.Abort();
        }
    }
}
