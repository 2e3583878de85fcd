using System.Text.Json;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>The folder of test data: Tests/Vectors, or the one that COLLABHUB_VECTORS names.</summary>
internal static class Vectors
{
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("COLLABHUB_VECTORS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "Vectors");

    private const string NoFile = "(the folder has none)";

    private static readonly ILookup<string, string> BySchema = Directory.GetFiles(Folder, "*.json")
        .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToLookup(SchemaOf);

    /// <summary>Files of a schema, for a theory: one test per file. A folder that was named may lack a schema.</summary>
    public static TheoryData<string> Files(string schema)
    {
        if (BySchema[schema].Any()) return [.. BySchema[schema]];
        return Environment.GetEnvironmentVariable("COLLABHUB_VECTORS") is { Length: > 0 } ? [NoFile] : [];
    }

    private static string SchemaOf(string file) =>
        Load(file) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("schema", out var schema) ? schema.GetString()! : "";

    /// <summary>The updates of every vector of one of our own files.</summary>
    public static IEnumerable<List<byte[]>> Sessions(string file)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Vectors", file));
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("vectors").EnumerateArray().Select(v => v.Base64List("updates"))];
    }

    /// <summary>Runs every case of one part of a file; a file must have the part.</summary>
    public static void ForEach(string file, string part, Action<JsonElement> check)
    {
        if (file == NoFile) return;
        Assert.True(ForEach(Load(file).GetProperty(part), check) > 0);
    }

    private static JsonElement Load(string file)
    {
        using var stream = File.OpenRead(Path.Combine(Folder, file));
        using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 512 });
        return document.RootElement.Clone();
    }

    /// <summary>Runs every case and fails once, with the names of all that failed.</summary>
    private static int ForEach(JsonElement cases, Action<JsonElement> check)
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var one in cases.EnumerateArray())
        {
            count++;
            var name = one.TryGetProperty("name", out var named) ? named.GetString() : one.GetRawText()[..Math.Min(80, one.GetRawText().Length)];
            try
            {
                check(one);
            }
            catch (Exception failure)
            {
                failures.Add($"{name}: {failure.Message.Split('\n')[0]} {(failure is Xunit.Sdk.XunitException ? "" : failure.StackTrace)}");
            }
        }
        if (failures.Count > 0) Assert.Fail($"{failures.Count} of {count} failed:\n{string.Join('\n', failures.Take(20))}");
        return count;
    }

    public static byte[] Base64(this JsonElement element, string property) => element.GetProperty(property).GetBytesFromBase64();

    /// <summary>The same for groups of cases that share facts: the group is either one object or a list of them.</summary>
    public static void ForEachIn(string file, string groups, string part, Action<JsonElement, JsonElement> check)
    {
        if (file == NoFile) return;
        var group = Load(file).GetProperty(groups);
        foreach (var one in group.ValueKind == JsonValueKind.Array ? group.EnumerateArray().ToList() : [group])
            Assert.True(ForEach(one.GetProperty(part), c => check(one, c)) > 0);
    }

    public static List<byte[]> Base64List(this JsonElement element, string property) =>
        element.GetProperty(property).EnumerateArray().Select(e => e.GetBytesFromBase64()).ToList();

    public static string Normal(ReadOnlyMemory<byte> update) => Convert.ToBase64String(CollabHub.Domain.Documents.Updates.Normalize(update));

    public static void Same(string expected, string actual, string what)
    {
        if (expected != actual) Assert.Fail($"{what}: expected {Shorten(expected)}, got {Shorten(actual)}");
    }

    private static string Shorten(string text) => text.Length <= 600 ? text : text[..600] + "…";
}
