using CollabHub.Domain.Documents;

namespace CollabHub.Persistence.Redis;

/// <summary>Several messages of one channel in one publication: each with its length before it. None at all is a question for the own echo.</summary>
internal static class MessageBatch
{
    public static byte[] Join(IReadOnlyList<byte[]> messages)
    {
        using var writer = new Lib0Writer(messages.Sum(message => message.Length + 4) + 1);
        foreach (var message in messages)
        {
            writer.WriteVarUint(message.Length);
            writer.WriteBytes(message);
        }
        return writer.ToArray();
    }

    /// <summary>The messages, or null when the lengths do not add up.</summary>
    public static List<ReadOnlyMemory<byte>>? Split(ReadOnlyMemory<byte> batch)
    {
        var messages = new List<ReadOnlyMemory<byte>>();
        var reader = new Lib0Reader(batch.Span);
        while (!reader.AtEnd)
        {
            var length = reader.ReadVarUint();
            var at = reader.Position;
            reader.ReadBytes(length);
            if (!reader.Ok) return null;
            messages.Add(batch.Slice(at, (int)length));
        }
        return messages;
    }
}
