using System.Text.Json;

namespace CollabHub.Domain.Documents;

/// <summary>Reads and writes awareness updates as y-protocols does. docs/format.md, Awareness.</summary>
public static class AwarenessMessage
{
    private static ReadOnlySpan<byte> Null => "null"u8;

    /// <summary>Decodes a whole message, or nothing of it.</summary>
    /// <param name="message">One awareness update, without framing.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="entries">In the order of the message, a client may occur more than once; empty after an error.</param>
    /// <returns><see cref="DecodeError.None"/>, or why the message as a whole is not acceptable.</returns>
    public static DecodeError Decode(ReadOnlySpan<byte> message, AwarenessLimits limits, out IReadOnlyList<AwarenessEntry> entries)
    {
        entries = [];
        var reader = new Lib0Reader(message);
        var count = reader.ReadCount(minimumBytes: 3);
        if (count > limits.Entries) return DecodeError.LimitExceeded;
        var decoded = new List<AwarenessEntry>(count);
        for (var i = 0; i < count && reader.Ok; i++)
        {
            var client = reader.ReadVarUint();
            var clock = reader.ReadVarUint();
            var state = reader.ReadVarString();
            if (!reader.Ok) break;
            if (state.Length > limits.StateBytes) return DecodeError.LimitExceeded;
            var error = Check(state, limits.Depth, out var isNull);
            if (error != DecodeError.None) return error;
            decoded.Add(new AwarenessEntry(client, clock, isNull ? null : state.ToArray()));
        }
        if (reader.Ok && !reader.AtEnd) reader.Fail(DecodeError.TrailingBytes);
        if (reader.Ok) entries = decoded;
        return reader.Error;
    }

    /// <summary>One message with these entries, in this order.</summary>
    public static byte[] Encode(IReadOnlyCollection<AwarenessEntry> entries)
    {
        using var writer = new Lib0Writer();
        writer.WriteVarUint(entries.Count);
        foreach (var (client, clock, state) in entries)
        {
            writer.WriteVarUint(client);
            writer.WriteVarUint(clock);
            writer.WriteVarBytes(state ?? Null);
        }
        return writer.ToArray();
    }

    // Only tokens are looked at, never their values: a lone surrogate in an escape or a number beyond double is fine JSON.
    private static DecodeError Check(ReadOnlySpan<byte> json, int depth, out bool isNull)
    {
        isNull = false;
        // One more than allowed, so that the bound is met here and told apart from broken JSON.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.Null) isNull = true;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= depth)
                    return DecodeError.NestingTooDeep;
            }
            return DecodeError.None;
        }
        catch (JsonException)
        {
            return DecodeError.InvalidJson;
        }
    }
}
