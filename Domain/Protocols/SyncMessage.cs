using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Protocols;

/// <summary>The three messages of the y-protocols sync; the values are those on the wire.</summary>
public enum SyncKind
{
    /// <summary>The sender's state vector; asks for a <see cref="Step2"/>.</summary>
    Step1 = 0,
    /// <summary>An update with everything that the sender of the step 1 lacks; sent even when empty: clients wait for it.</summary>
    Step2 = 1,
    /// <summary>An incremental update; handled like a step 2.</summary>
    Update = 2,
}

/// <summary>One sync message. docs/format.md, Sync messages.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Payload">A state vector or an update, not looked into; a part of the frame it came in.</param>
public readonly record struct SyncMessage(SyncKind Kind, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Reads one message; an unknown kind fails the reader with <see cref="DecodeError.UnknownMessage"/>.</summary>
    /// <param name="reader">A cursor over <paramref name="frame"/>.</param>
    /// <param name="frame">The same bytes, for the payload to refer to.</param>
    public static SyncMessage Read(ref Lib0Reader reader, ReadOnlyMemory<byte> frame)
    {
        var kind = reader.ReadVarUint();
        if (kind > (long)SyncKind.Update) reader.Fail(DecodeError.UnknownMessage);
        var payload = FrameField.ReadBytes(ref reader, frame);
        return reader.Ok ? new SyncMessage((SyncKind)kind, payload) : default;
    }

    /// <summary>Writes one message.</summary>
    public static void Write(Lib0Writer writer, SyncKind kind, ReadOnlySpan<byte> payload)
    {
        writer.WriteVarUint((long)kind);
        writer.WriteVarBytes(payload);
    }
}
