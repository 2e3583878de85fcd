using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Sockets;

/// <summary>One y-websocket connection: frames of the room become messages, messages become calls on the room.</summary>
internal sealed class YjsSocket(MessageSocket socket, OpenFile file, YjsSocketOptions options, TimeProvider time, DateTimeOffset tokenExpires)
{
    // An awareness update without entries: a data frame that says nothing, for clients that count silence.
    private static readonly byte[] Nothing = YWebsocketFrame.Awareness([0]);

    private bool _asked;

    /// <summary>Runs until either side closes.</summary>
    public Task RunAsync() => socket.RunAsync(SendAsync, HandleAsync);

    private async Task<SocketClose?> SendAsync(CancellationToken ended)
    {
        while (true)
        {
            if (time.GetUtcNow() >= tokenExpires + options.TokenGrace) return CloseCodes.TokenRanOut;
            if (await file.TakeAsync(options.DataInterval, ended) is not { } frames)
            {
                await socket.SendAsync(Nothing);
                continue;
            }
            foreach (var frame in frames)
            {
                if (await SendAsync(frame) is { } close) return close;
            }
        }
    }

    private async ValueTask<SocketClose?> SendAsync(RoomFrame frame)
    {
        switch (frame.Kind)
        {
            case RoomFrameKind.Sync when !_asked:
                // The first exchange: the client answers our step 1 with what we lack and asks by itself for what it lacks.
                _asked = true;
                await socket.SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, frame.StateVector.Span));
                return null;
            case RoomFrameKind.Sync:
                // Large ones come in parts, step 2 last: with it stock clients call themselves synced.
                foreach (var (kind, part) in frame.SyncParts()) await socket.SendAsync(YWebsocketFrame.Sync(kind, part.Span));
                return null;
            case RoomFrameKind.Question:
                await socket.SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, frame.StateVector.Span));
                return null;
            case RoomFrameKind.Edit:
                await socket.SendAsync(frame.EncodedOnce(RoomFraming.YWebsocket, static f => YWebsocketFrame.Sync(SyncKind.Update, f.Payload.Span)));
                return null;
            case RoomFrameKind.Cursors:
                await socket.SendAsync(frame.EncodedOnce(RoomFraming.YWebsocket, static f => YWebsocketFrame.Awareness(f.Payload.Span)));
                return null;
            case RoomFrameKind.Rejected:
                await socket.SendAsync(YWebsocketFrame.PermissionDenied(frame.Code ?? "rejected"));
                return CloseCodes.OfRejected(frame.Code);
            case RoomFrameKind.Closed:
                return new SocketClose(CloseCodes.Of(frame.Code), frame.Code ?? "closed");
            default:
                // `saved` has no message of its own here: the author's own update comes back instead. Roles show in the refusals.
                return null;
        }
    }

    private async ValueTask<SocketClose?> HandleAsync(byte[] message)
    {
        var ct = CancellationToken.None;
        if (YWebsocketFrame.Decode(message, out var parts) != DecodeError.None) return new SocketClose(CloseCodes.Malformed, "frame.malformed");
        foreach (var part in parts)
        {
            switch (part.Kind)
            {
                case YWebsocketKind.Sync when part.Sync.Kind == SyncKind.Step1:
                    await file.SyncAsync(part.Sync.Payload, ct);
                    break;
                case YWebsocketKind.Sync:
                    await file.PushAsync(0, part.Sync.Payload, isSync: part.Sync.Kind == SyncKind.Step2, ct);
                    break;
                case YWebsocketKind.Awareness:
                    if (await file.MoveCursorAsync(part.Awareness, ct) != DecodeError.None) return new SocketClose(CloseCodes.Malformed, "cursor.malformed");
                    break;
                case YWebsocketKind.QueryAwareness:
                    file.QueryCursors();
                    break;
                default:
                    return new SocketClose(CloseCodes.Malformed, "frame.malformed");
            }
        }
        return null;
    }
}
