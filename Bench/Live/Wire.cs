using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Bench.Live;

/// <summary>What a received frame carries, as far as the load rig cares.</summary>
internal enum Carries { Nothing, Text, Cursors, Question }

/// <summary>One of the two stock framings; the same bytes go to every server that speaks it.</summary>
internal abstract class Wire
{
    public static readonly Wire YWebsocket = new YWebsocketWire();

    public static Wire Hocuspocus(string document) => new HocuspocusWire(document);

    /// <summary>Sent first, right after the connection is open.</summary>
    public abstract IEnumerable<byte[]> Hello(string token);

    public abstract byte[] Sync(SyncKind kind, ReadOnlyMemory<byte> payload);

    public abstract byte[] Cursor(ReadOnlyMemory<byte> awareness);

    /// <summary>Reads a frame; <paramref name="body"/> is the update or the awareness update.</summary>
    public abstract Carries Read(ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> body);

    private static Carries Of(SyncMessage sync, out ReadOnlyMemory<byte> body)
    {
        body = sync.Payload;
        return sync.Kind == SyncKind.Step1 ? Carries.Question : Carries.Text;
    }

    private sealed class YWebsocketWire : Wire
    {
        public override IEnumerable<byte[]> Hello(string token) => [Sync(SyncKind.Step1, new byte[] { 0 })];

        public override byte[] Sync(SyncKind kind, ReadOnlyMemory<byte> payload) => YWebsocketFrame.Sync(kind, payload.Span);

        public override byte[] Cursor(ReadOnlyMemory<byte> awareness) => YWebsocketFrame.Awareness(awareness.Span);

        public override Carries Read(ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> body)
        {
            body = default;
            if (YWebsocketFrame.Decode(frame, out var messages) != DecodeError.None || messages.Count == 0) return Carries.Nothing;
            if (messages[0].Kind == YWebsocketKind.Sync) return Of(messages[0].Sync, out body);
            body = messages[0].Awareness;
            return messages[0].Kind == YWebsocketKind.Awareness ? Carries.Cursors : Carries.Nothing;
        }
    }

    private sealed class HocuspocusWire(string document) : Wire
    {
        public override IEnumerable<byte[]> Hello(string token) =>
        [
            HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.Token, document) { Text = token }),
            Sync(SyncKind.Step1, new byte[] { 0 }),
        ];

        public override byte[] Sync(SyncKind kind, ReadOnlyMemory<byte> payload) =>
            HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.Sync, document) { Sync = new SyncMessage(kind, payload) });

        public override byte[] Cursor(ReadOnlyMemory<byte> awareness) =>
            HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.Awareness, document) { Awareness = awareness });

        public override Carries Read(ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> body)
        {
            body = default;
            if (HocuspocusCodec.Decode(frame, out var read) != DecodeError.None || read is null) return Carries.Nothing;
            if (read.Kind is HocuspocusKind.Sync or HocuspocusKind.SyncReply) return Of(read.Sync, out body);
            body = read.Awareness;
            return read.Kind == HocuspocusKind.Awareness ? Carries.Cursors : Carries.Nothing;
        }
    }
}
