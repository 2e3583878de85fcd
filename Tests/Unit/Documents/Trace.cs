using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>A recorded editing history: Tests/Traces/README.md.</summary>
internal sealed class Trace
{
    public Trace(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Traces");
        Facts = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, name + ".json"))).RootElement;
        Updates = ReadUpdates(File.ReadAllBytes(Path.Combine(folder, name + ".updates.bin")));
        Edits = ReadEdits(File.ReadAllBytes(Path.Combine(folder, name + ".edits.bin")));
    }

    public JsonElement Facts { get; }

    public string Root => Fact("root");

    public List<ReadOnlyMemory<byte>> Updates { get; }

    public List<TextEdit> Edits { get; }

    public string Fact(string name) => Facts.GetProperty(name).GetString()!;

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    private static List<ReadOnlyMemory<byte>> ReadUpdates(byte[] file)
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
