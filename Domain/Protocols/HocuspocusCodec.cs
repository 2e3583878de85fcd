using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Protocols;

/// <summary>Reads and writes Hocuspocus frames. docs/format.md, Hocuspocus frames.</summary>
public static class HocuspocusCodec
{
    private const byte PingByte = 9;
    private const byte PongByte = 10;

    private enum Type : long { Sync, Awareness, Auth, QueryAwareness, SyncReply, Stateless, BroadcastStateless, Close, SyncStatus }

    private enum Auth : long { Token, PermissionDenied, Authenticated }

    /// <summary>Decodes what a client sent; what only servers may send is <see cref="DecodeError.UnknownMessage"/>.</summary>
    public static DecodeError DecodeFromClient(ReadOnlyMemory<byte> bytes, out HocuspocusFrame? frame)
    {
        var error = Decode(bytes, out frame);
        if (frame is null or { MayComeFromClient: true }) return error;
        frame = null;
        return DecodeError.UnknownMessage;
    }

    /// <summary>Decodes one binary WebSocket message of either side.</summary>
    /// <param name="bytes">The whole message; the frame refers to parts of it.</param>
    /// <param name="frame">Null after an error.</param>
    public static DecodeError Decode(ReadOnlyMemory<byte> bytes, out HocuspocusFrame? frame)
    {
        frame = null;
        // Before any address: these bytes would be the length of one.
        if (bytes.Span is [PingByte or PongByte])
        {
            frame = new HocuspocusFrame(bytes.Span[0] == PingByte ? HocuspocusKind.Ping : HocuspocusKind.Pong);
            return DecodeError.None;
        }
        var reader = new Lib0Reader(bytes.Span);
        var address = FrameField.ReadText(ref reader);
        if (reader.Ok && !NamesADocument(address)) reader.Fail(DecodeError.InvalidAddress);
        var read = ReadBody(ref reader, bytes, address);
        // Providers may append fields to their token, and nobody knows the body of an unknown type.
        if (!reader.AtEnd && read.Kind is not (HocuspocusKind.Token or HocuspocusKind.Unknown)) reader.Fail(DecodeError.TrailingBytes);
        if (reader.Ok) frame = read;
        return reader.Error;
    }

    private static bool NamesADocument(string address) => address.Split('\0') is [{ Length: > 0 }] or [{ Length: > 0 }, { Length: > 0 }];

    private static HocuspocusFrame ReadBody(ref Lib0Reader reader, ReadOnlyMemory<byte> bytes, string address)
    {
        HocuspocusFrame Frame(HocuspocusKind kind) => new(kind, address);
        return (Type)reader.ReadVarUint() switch
        {
            Type.Sync => Frame(HocuspocusKind.Sync) with { Sync = SyncMessage.Read(ref reader, bytes) },
            Type.SyncReply => Frame(HocuspocusKind.SyncReply) with { Sync = SyncMessage.Read(ref reader, bytes) },
            Type.Awareness => Frame(HocuspocusKind.Awareness) with { Awareness = FrameField.ReadBytes(ref reader, bytes) },
            Type.Auth => ReadAuth(ref reader, address),
            Type.QueryAwareness => Frame(HocuspocusKind.QueryAwareness),
            Type.Stateless => Frame(HocuspocusKind.Stateless) with { Text = FrameField.ReadText(ref reader) },
            Type.BroadcastStateless => Frame(HocuspocusKind.BroadcastStateless) with { Text = FrameField.ReadText(ref reader) },
            Type.Close => Frame(HocuspocusKind.Close) with { Text = reader.AtEnd ? null : FrameField.ReadText(ref reader) },
            Type.SyncStatus => Frame(HocuspocusKind.SyncStatus) with { Saved = ReadSaved(ref reader) },
            _ => Frame(HocuspocusKind.Unknown),
        };
    }

    private static HocuspocusFrame ReadAuth(ref Lib0Reader reader, string address)
    {
        switch ((Auth)reader.ReadVarUint())
        {
            case Auth.Token when reader.AtEnd:
                return new HocuspocusFrame(HocuspocusKind.TokenRequest, address);
            case Auth.Token:
                var token = FrameField.ReadText(ref reader);
                var version = reader.AtEnd ? null : FrameField.ReadText(ref reader);
                return new HocuspocusFrame(HocuspocusKind.Token, address) { Text = token, ProviderVersion = version };
            case Auth.PermissionDenied:
                return new HocuspocusFrame(HocuspocusKind.PermissionDenied, address) { Text = FrameField.ReadText(ref reader) };
            case Auth.Authenticated:
                return new HocuspocusFrame(HocuspocusKind.Authenticated, address) { Text = FrameField.ReadText(ref reader) };
            default:
                reader.Fail(DecodeError.UnknownMessage);
                return new HocuspocusFrame(HocuspocusKind.Unknown, address);
        }
    }

    private static bool ReadSaved(ref Lib0Reader reader)
    {
        var saved = reader.ReadVarUint();
        if (saved > 1) reader.Fail(DecodeError.UnknownMessage);
        return saved == 1;
    }

    /// <summary>The bytes of one frame. A frame of kind <see cref="HocuspocusKind.Unknown"/> cannot be written.</summary>
    public static byte[] Encode(HocuspocusFrame frame)
    {
        if (frame.Kind == HocuspocusKind.Ping) return [PingByte];
        if (frame.Kind == HocuspocusKind.Pong) return [PongByte];
        using var writer = new Lib0Writer(frame.Sync.Payload.Length + frame.Awareness.Length + 128);
        writer.WriteVarString(frame.Address);
        WriteBody(writer, frame);
        return writer.ToArray();
    }

    private static void WriteBody(Lib0Writer writer, HocuspocusFrame frame)
    {
        switch (frame.Kind)
        {
            case HocuspocusKind.Sync: Write(writer, Type.Sync); SyncMessage.Write(writer, frame.Sync.Kind, frame.Sync.Payload.Span); break;
            case HocuspocusKind.SyncReply: Write(writer, Type.SyncReply); SyncMessage.Write(writer, frame.Sync.Kind, frame.Sync.Payload.Span); break;
            case HocuspocusKind.Awareness: Write(writer, Type.Awareness); writer.WriteVarBytes(frame.Awareness.Span); break;
            case HocuspocusKind.Token: Write(writer, Type.Auth, Auth.Token); Text(writer, frame.Text ?? ""); Text(writer, frame.ProviderVersion); break;
            case HocuspocusKind.TokenRequest: Write(writer, Type.Auth, Auth.Token); break;
            case HocuspocusKind.PermissionDenied: Write(writer, Type.Auth, Auth.PermissionDenied); Text(writer, frame.Text ?? ""); break;
            case HocuspocusKind.Authenticated: Write(writer, Type.Auth, Auth.Authenticated); Text(writer, frame.Text ?? ""); break;
            case HocuspocusKind.QueryAwareness: Write(writer, Type.QueryAwareness); break;
            case HocuspocusKind.Stateless: Write(writer, Type.Stateless); Text(writer, frame.Text ?? ""); break;
            case HocuspocusKind.BroadcastStateless: Write(writer, Type.BroadcastStateless); Text(writer, frame.Text ?? ""); break;
            case HocuspocusKind.Close: Write(writer, Type.Close); Text(writer, frame.Text); break;
            case HocuspocusKind.SyncStatus: Write(writer, Type.SyncStatus); writer.WriteVarUint(frame.Saved ? 1 : 0); break;
            default: throw new ArgumentOutOfRangeException(nameof(frame), frame.Kind, "Not a frame that is sent.");
        }
    }

    private static void Write(Lib0Writer writer, Type type, Auth? auth = null)
    {
        writer.WriteVarUint((long)type);
        if (auth is { } kind) writer.WriteVarUint((long)kind);
    }

    private static void Text(Lib0Writer writer, string? text)
    {
        if (text is not null) writer.WriteVarString(text);
    }
}
