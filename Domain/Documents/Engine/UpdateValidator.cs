namespace CollabHub.Domain.Documents.Engine;

/// <summary>What a validated update consists of.</summary>
internal struct UpdateShape
{
    /// <summary>Structs, Skips included.</summary>
    public int Structs;
    /// <summary>First byte of the delete set.</summary>
    public int DeleteSet;
    /// <summary>Ranges of the delete set.</summary>
    public int Ranges;
}

/// <summary>Decides whether bytes are an update that everything else may trust.</summary>
internal static class UpdateValidator
{
    /// <summary>
    /// Checks the whole update. Notes its <paramref name="blocks"/>, not all of many: see <see cref="UpdateBlocks.Complete"/>. After an error
    /// their content means nothing.
    /// </summary>
    public static DecodeError Validate(ReadOnlySpan<byte> update, DocumentOptions limits, UpdateBlocks blocks, out UpdateShape shape)
    {
        shape = default;
        blocks.Clear();
        if (update.Length > limits.MaxUpdateBytes) return DecodeError.LimitExceeded;
        var reader = new Lib0Reader(update);
        var structs = 0L;
        var clients = reader.ReadCount(3);
        var view = default(StructView);
        for (var left = clients; left > 0 && reader.Ok; left--)
        {
            var count = reader.ReadCount(2);
            var client = reader.ReadVarUint();
            var clock = reader.ReadVarUint();
            structs += count;
            if (structs > limits.MaxStructs) return reader.Ok ? DecodeError.LimitExceeded : reader.Error;
            if (!reader.Ok) break;
            blocks.AddUnchecked(client, (uint)clock, count, reader.Position);
            for (; count > 0 && reader.Ok; count--)
            {
                StructReader.Check(ref reader, ref view, client, clock, limits);
                clock += view.Length;
            }
        }
        if (!reader.Ok) return reader.Error;
        shape.Structs = (int)structs;
        shape.DeleteSet = reader.Position;
        var error = DeleteSetReader.Validate(ref reader, limits, out shape.Ranges);
        if (error != DecodeError.None) return error;
        if (!reader.AtEnd) return DecodeError.TrailingBytes;
        if (blocks.Descending) return DecodeError.None;
        return HasDuplicate(update, clients) ? DecodeError.DuplicateClient : DecodeError.None;
    }

    // Client ids of one byte are 128, so more blocks than this cannot all be of different clients.
    private static bool HasDuplicate(ReadOnlySpan<byte> update, int clients)
    {
        if (clients > (update.Length + 128) / 4) return true;
        var ids = new long[clients];
        var reader = new Lib0Reader(update);
        var view = default(StructView);
        reader.ReadVarUint();
        for (var i = 0; i < clients; i++)
        {
            var count = reader.ReadVarUint();
            ids[i] = reader.ReadVarUint();
            reader.ReadVarUint();
            for (; count > 0; count--) StructReader.Read(ref reader, ref view);
        }
        Array.Sort(ids);
        for (var i = 1; i < clients; i++)
            if (ids[i] == ids[i - 1]) return true;
        return false;
    }
}

/// <summary>Walks delete sets; docs/format.md, section 5.</summary>
internal static class DeleteSetReader
{
    /// <summary>Passes one delete set and checks it.</summary>
    public static DecodeError Validate(ref Lib0Reader reader, DocumentOptions limits, out int ranges)
    {
        var total = 0L;
        ranges = 0;
        for (var clients = reader.ReadCount(2); clients > 0 && reader.Ok; clients--)
        {
            reader.ReadVarUint();
            var count = reader.ReadCount(2);
            total += count;
            if (total > limits.MaxStructs) return reader.Ok ? DecodeError.LimitExceeded : reader.Error;
            for (; count > 0 && reader.Ok; count--)
            {
                var clock = reader.ReadVarUint();
                var length = reader.ReadVarUint();
                if (!reader.Ok) break;
                if (length == 0) reader.Fail(DecodeError.ZeroLength);
                else if (clock + length > Lib0Reader.MaxInteger) reader.Fail(DecodeError.ClockOverflow);
                else if (clock + length > StructReader.MaxClock) reader.Fail(DecodeError.LimitExceeded);
            }
        }
        ranges = (int)total;
        return reader.Error;
    }
}
