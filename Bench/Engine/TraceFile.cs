using System.Text;
using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Bench.Engine;

/// <summary>A recorded editing history in the form of Tests/Traces: NAME.json, NAME.updates.bin, NAME.edits.bin.</summary>
internal sealed class TraceFile
{
    public TraceFile(string description)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(description))!;
        using var facts = JsonDocument.Parse(File.ReadAllBytes(description));
        Name = facts.RootElement.GetProperty("name").GetString()!;
        Root = facts.RootElement.GetProperty("root").GetString()!;
        Updates = ReadList(File.ReadAllBytes(Path.Combine(folder, facts.RootElement.GetProperty("updatesFile").GetString()!)));
        if (facts.RootElement.TryGetProperty("editsFile", out var edits)) Edits = ReadEdits(File.ReadAllBytes(Path.Combine(folder, edits.GetString()!)));
    }

    public string Name { get; }

    public string Root { get; }

    public List<ReadOnlyMemory<byte>> Updates { get; }

    public List<TextEdit> Edits { get; } = [];

    /// <summary>Writes length-prefixed updates, as they are read.</summary>
    public static void WriteList(string path, IEnumerable<ReadOnlyMemory<byte>> updates)
    {
        using var writer = new Lib0Writer(1 << 20);
        foreach (var update in updates) writer.WriteVarBytes(update.Span);
        File.WriteAllBytes(path, writer.ToArray());
    }

    private static List<ReadOnlyMemory<byte>> ReadList(byte[] file)
    {
        var updates = new List<ReadOnlyMemory<byte>>();
        var reader = new Lib0Reader(file);
        while (!reader.AtEnd)
        {
            var length = reader.ReadVarBytes().Length;
            updates.Add(file.AsMemory(reader.Position - length, length));
        }
        return updates;
    }

    private static List<TextEdit> ReadEdits(byte[] file)
    {
        var edits = new List<TextEdit>();
        var reader = new Lib0Reader(file);
        while (!reader.AtEnd)
            edits.Add(new TextEdit((int)reader.ReadVarUint(), (int)reader.ReadVarUint(), Encoding.UTF8.GetString(reader.ReadVarString())));
        return edits;
    }
}
