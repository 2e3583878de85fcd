using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Protocols;

/// <summary>What a message in a y-websocket frame is.</summary>
public enum YWebsocketKind
{
    /// <summary>A sync message.</summary>
    Sync,
    /// <summary>An awareness update.</summary>
    Awareness,
    /// <summary>The server refuses something; only from server to client.</summary>
    PermissionDenied,
    /// <summary>Asks for all present awareness states.</summary>
    QueryAwareness,
}

/// <summary>One message of a y-websocket frame.</summary>
/// <param name="Kind">What it is; decides which of the others is set.</param>
/// <param name="Sync">The sync message.</param>
/// <param name="Awareness">The awareness update, not looked into; a part of the frame.</param>
/// <param name="Reason">Why something was refused.</param>
public readonly record struct YWebsocketMessage(
    YWebsocketKind Kind, SyncMessage Sync = default, ReadOnlyMemory<byte> Awareness = default, string? Reason = null);

/// <summary>The framing of y-websocket: one binary WebSocket frame holds one or more messages. docs/format.md, y-websocket frames.</summary>
public static class YWebsocketFrame
{
    private const long SyncType = 0;
    private const long AwarenessType = 1;
    private const long AuthType = 2;
    private const long QueryAwarenessType = 3;
    private const long Denied = 0;

    /// <summary>Decodes a whole frame, or nothing of it. A message of an unknown type ends the frame without an error.</summary>
    /// <param name="frame">One binary WebSocket message; may be empty.</param>
    /// <param name="messages">In the order of the frame; they refer to its bytes.</param>
    public static DecodeError Decode(ReadOnlyMemory<byte> frame, out IReadOnlyList<YWebsocketMessage> messages)
    {
        messages = [];
        var decoded = new List<YWebsocketMessage>(1);
        var reader = new Lib0Reader(frame.Span);
        while (!reader.AtEnd && Read(ref reader, frame) is { } message) decoded.Add(message);
        if (reader.Ok) messages = decoded;
        return reader.Error;
    }

    private static YWebsocketMessage? Read(ref Lib0Reader reader, ReadOnlyMemory<byte> frame)
    {
        switch (reader.ReadVarUint())
        {
            case SyncType when reader.Ok:
                return new YWebsocketMessage(YWebsocketKind.Sync, Sync: SyncMessage.Read(ref reader, frame));
            case AwarenessType:
                return new YWebsocketMessage(YWebsocketKind.Awareness, Awareness: FrameField.ReadBytes(ref reader, frame));
            case AuthType:
                if (reader.ReadVarUint() != Denied) reader.Fail(DecodeError.UnknownMessage);
                return new YWebsocketMessage(YWebsocketKind.PermissionDenied, Reason: FrameField.ReadText(ref reader));
            case QueryAwarenessType:
                return new YWebsocketMessage(YWebsocketKind.QueryAwareness);
            default:
                return null;
        }
    }

    /// <summary>A frame with one sync message.</summary>
    public static byte[] Sync(SyncKind kind, ReadOnlySpan<byte> payload)
    {
        using var writer = new Lib0Writer(payload.Length + 16);
        writer.WriteVarUint(SyncType);
        SyncMessage.Write(writer, kind, payload);
        return writer.ToArray();
    }

    /// <summary>A frame with one awareness update.</summary>
    public static byte[] Awareness(ReadOnlySpan<byte> update)
    {
        using var writer = new Lib0Writer(update.Length + 16);
        writer.WriteVarUint(AwarenessType);
        writer.WriteVarBytes(update);
        return writer.ToArray();
    }

    /// <summary>A frame that says that something was refused; stock clients log the reason.</summary>
    public static byte[] PermissionDenied(string reason)
    {
        using var writer = new Lib0Writer();
        writer.WriteVarUint(AuthType);
        writer.WriteVarUint(Denied);
        writer.WriteVarString(reason);
        return writer.ToArray();
    }

    /// <summary>A frame that asks for all present awareness states.</summary>
    public static byte[] QueryAwareness() => [(byte)QueryAwarenessType];
}
