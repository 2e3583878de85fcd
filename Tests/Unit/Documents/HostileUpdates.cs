using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Valid updates of at most 64 KiB, each meant to cost as much as possible.</summary>
internal static class HostileUpdates
{
    private const int Limit = 64 << 10;

    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["a client for every character"] = () => Blocks(4000, i => 5000 - i, (w, _) => Item(w, 0x04, root: true, "x")),
        ["clients in ascending order"] = () => Blocks(4000, i => 5000 + i, (w, _) => Item(w, 0x04, root: true, "x")),
        ["empty blocks"] = EmptyBlocks,
        ["all at one place with different right neighbours"] = () => Blocks(4000, i => 1_000_000 - i, (w, i) =>
        {
            w.WriteByte(0x44);
            w.WriteVarUint(1);
            w.WriteVarUint(i);
            w.WriteVarString("x");
        }),
        ["each hangs on the one before, all want the front"] = () => Blocks(3500, i => 1_000_000 + i, (w, i) =>
        {
            w.WriteByte(0xc4);
            w.WriteVarUint(1);
            w.WriteVarUint(i % 2);
            w.WriteVarUint(1);
            w.WriteVarUint(4000 - i);
            w.WriteVarString("x");
        }),
        ["siblings through a chain"] = () => Blocks(3000, i => 1_000_000 - i, (w, i) =>
        {
            // First a chain, each on the one before and all before the same unit; then siblings of its start, each before one link of it.
            w.WriteByte(0xc4);
            w.WriteVarUint(i is 0 or >= 1500 ? 1 : 1_000_000 - i + 1);
            w.WriteVarUint(0);
            w.WriteVarUint(i < 1500 ? 1 : 1_000_000 - (i - 1500));
            w.WriteVarUint(i < 1500 ? 1 : 0);
            w.WriteVarString("x");
        }),
        ["each block waits for the next"] = () => Blocks(4000, i => 1_000_000 - i, (w, i) =>
        {
            w.WriteByte(0x84);
            w.WriteVarUint(1_000_000 - i - 1);
            w.WriteVarUint(0);
            w.WriteVarString("x");
        }),
        ["two clients that wait for each other"] = () => Blocks(4000, i => 1_000_000 - i, (w, i) =>
        {
            w.WriteByte(0x84);
            w.WriteVarUint(1_000_000 - (i ^ 1));
            w.WriteVarUint(0);
            w.WriteVarString("x");
        }),
        ["a range for every other unit"] = () => DeleteSet(Enumerable.Range(0, 15_000).Select(i => i * 2)),
        ["the same backwards"] = () => DeleteSet(Enumerable.Range(0, 15_000).Select(i => i * 2).Reverse()),
        ["ranges of unknown units, backwards"] = () => DeleteSet(Enumerable.Range(0, 10_000).Select(i => (i * 2) + 100_000).Reverse()),
        ["types in types"] = NestedTypes,
        ["a key set again and again by many"] = () => Blocks(3000, i => 10_000 - i, (w, i) =>
        {
            w.WriteByte(0x28);
            w.WriteByte(1);
            w.WriteVarString("m");
            w.WriteVarString("k");
            w.WriteByte(1);
            w.WriteByte(126);
        }),
        ["many keys"] = () => Blocks(3000, i => 10_000 - i, (w, i) =>
        {
            w.WriteByte(0x28);
            w.WriteByte(1);
            w.WriteVarString("m");
            w.WriteVarString($"k{i}");
            w.WriteByte(1);
            w.WriteByte(126);
        }),
    };

    /// <summary>The items of <see cref="All"/> by many more clients, one update after the other: what a patient writer can do to one document.</summary>
    public static IEnumerable<byte[]> AtOnePlace(int updates, bool ascending) =>
        Enumerable.Range(0, updates).Select(u => Blocks(4000, i => 1_000_000 + (ascending ? (u * 4000) + (4000 - i) : -((u * 4000) + i)), (w, i) =>
        {
            w.WriteByte(0xc4);
            w.WriteVarUint(1);
            w.WriteVarUint(0);
            w.WriteVarUint(1);
            w.WriteVarUint(1 + ((i * 7) % 20_000));
            w.WriteVarString("x");
        }));

    /// <summary>A document of 30,000 characters by client 1.</summary>
    public static YDocument Victim()
    {
        var document = new YDocument();
        document.ApplyTextEdits("t", 1, [new TextEdit(0, 0, new string('v', 30_000))]);
        return document;
    }

    private delegate void WriteItem(Lib0Writer writer, int index);

    private static byte[] Blocks(int count, Func<int, long> client, WriteItem item)
    {
        using var body = new Lib0Writer();
        var blocks = 0;
        for (; blocks < count && body.Length < Limit - 64; blocks++)
        {
            body.WriteByte(1);
            body.WriteVarUint(client(blocks));
            body.WriteByte(0);
            item(body, blocks);
        }
        return Update(blocks, body);
    }

    private static void Item(Lib0Writer writer, byte info, bool root, string text)
    {
        writer.WriteByte(info);
        writer.WriteByte(root ? (byte)1 : (byte)0);
        writer.WriteVarString("t");
        writer.WriteVarString(text);
    }

    private static byte[] EmptyBlocks()
    {
        using var body = new Lib0Writer();
        var blocks = 0;
        for (; body.Length < Limit - 64; blocks++)
        {
            body.WriteByte(0);
            body.WriteVarUint(blocks % 2 == 0 ? blocks : 1_000_000 + blocks);
            body.WriteByte(0);
        }
        return Update(blocks, body);
    }

    private static byte[] NestedTypes()
    {
        using var body = new Lib0Writer();
        const int Depth = 8000;
        body.WriteVarUint(Depth);
        body.WriteVarUint(9);
        body.WriteByte(0);
        body.WriteByte(7);
        body.WriteByte(1);
        body.WriteVarString("a");
        body.WriteByte(0);
        for (var i = 1; i < Depth; i++)
        {
            body.WriteByte(7);
            body.WriteByte(0);
            body.WriteVarUint(9);
            body.WriteVarUint(i - 1);
            body.WriteByte(0);
        }
        using var update = new Lib0Writer();
        update.WriteByte(1);
        update.WriteBytes(body.Written);
        update.WriteByte(1);
        update.WriteVarUint(9);
        update.WriteByte(1);
        update.WriteByte(0);
        update.WriteByte(1);
        return update.ToArray();
    }

    private static byte[] DeleteSet(IEnumerable<int> clocks)
    {
        var list = clocks.ToList();
        using var writer = new Lib0Writer();
        writer.WriteByte(0);
        writer.WriteByte(1);
        writer.WriteVarUint(1);
        writer.WriteVarUint(list.Count);
        foreach (var clock in list)
        {
            writer.WriteVarUint(clock);
            writer.WriteByte(1);
        }
        return writer.ToArray();
    }

    private static byte[] Update(int blocks, Lib0Writer body)
    {
        using var writer = new Lib0Writer();
        writer.WriteVarUint(blocks);
        writer.WriteBytes(body.Written);
        writer.WriteByte(0);
        return writer.ToArray();
    }
}
