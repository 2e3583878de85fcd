using System.Text.Json;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>The folder of test data: Tests/Vectors, or the one that COLLABHUB_VECTORS names.</summary>
internal static class Vectors
{
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("COLLABHUB_VECTORS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "Vectors");

    /// <summary>File names that match, for a theory: one test per file.</summary>
    public static TheoryData<string> Files(params string[] patterns) =>
        [.. patterns.SelectMany(p => Directory.GetFiles(Folder, p)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public static JsonElement Load(string file)
    {
        using var stream = File.OpenRead(Path.Combine(Folder, file));
        using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 512 });
        return document.RootElement.Clone();
    }

    /// <summary>Runs every case and fails once, with the names of all that failed.</summary>
    public static int ForEach(JsonElement cases, Action<JsonElement> check)
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

    public static List<byte[]> Base64List(this JsonElement element, string property) =>
        element.GetProperty(property).EnumerateArray().Select(e => e.GetBytesFromBase64()).ToList();

    public static string Normal(ReadOnlyMemory<byte> update) => Convert.ToBase64String(CollabHub.Domain.Documents.Updates.Normalize(update));

    public static void Same(string expected, string actual, string what)
    {
        if (expected != actual) Assert.Fail($"{what}: expected {Shorten(expected)}, got {Shorten(actual)}");
    }

    private static string Shorten(string text) => text.Length <= 600 ? text : text[..600] + "…";
}
