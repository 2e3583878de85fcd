using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Persistence.Redis;

/// <summary>Messages of rooms as bytes: kind, opening, then the numbers and bytes of the kind. The sender's node is in the seal.</summary>
internal static class RoomBusCodec
{
    private const byte Edits = 1;
    private const byte Committed = 2;
    private const byte Cursors = 3;
    private const byte Hello = 4;

    public static byte[] Encode(RoomBusMessage message)
    {
        using var writer = new Lib0Writer();
        writer.WriteByte(message switch
        {
            BusEdits => Edits,
            BusCommitted => Committed,
            BusCursors => Cursors,
            BusHello => Hello,
            _ => throw new ArgumentException($"{message.GetType().Name} is not sent.", nameof(message)),
        });
        writer.WriteVarUint(message.From.Opening);
        switch (message)
        {
            case BusEdits edits:
                writer.WriteVarUint(edits.Number);
                writer.WriteBytes(edits.Update.Span);
                break;
            case BusCommitted committed:
                writer.WriteVarUint(committed.First);
                writer.WriteVarUint(committed.Last);
                writer.WriteVarUint(committed.FirstSeq);
                writer.WriteVarUint(committed.LastSeq);
                writer.WriteVarUint(committed.Settled);
                break;
            case BusCursors cursors:
                writer.WriteBytes(cursors.Awareness.Span);
                break;
        }
        return writer.ToArray();
    }

    /// <summary>The message, or null when it is of a kind that this version does not know, or malformed.</summary>
    public static RoomBusMessage? Decode(string node, ReadOnlyMemory<byte> bytes)
    {
        var reader = new Lib0Reader(bytes.Span);
        var kind = reader.ReadByte();
        var from = new BusSender(node, reader.ReadVarUint());
        switch (kind)
        {
            case Edits:
                var number = reader.ReadVarUint();
                return reader.Ok ? new BusEdits(from, number, bytes[reader.Position..]) : null;
            case Committed:
                var committed = new BusCommitted(from, reader.ReadVarUint(), reader.ReadVarUint(), reader.ReadVarUint(), reader.ReadVarUint(), reader.ReadVarUint());
                return reader.Ok ? committed : null;
            case Cursors:
                return reader.Ok ? new BusCursors(from, bytes[reader.Position..]) : null;
            case Hello:
                return reader.Ok ? new BusHello(from) : null;
            default:
                return null;
        }
    }
}
