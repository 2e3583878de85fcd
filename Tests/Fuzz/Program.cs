using System.Text.Json;
using CollabHub.Fuzz;
using SharpFuzz;

// TARGET               under afl-fuzz: reads inputs for ever
// TARGET FILE …        runs files once; a failure is an unhandled exception
// corpus DIR FROM …    the inputs to start with, for each target a folder: what the test data holds and a target reads to its end
switch (args)
{
    case ["corpus", var to, .. var from]:
        WriteCorpus(to, from);
        break;
    case [var target]:
        var check = FuzzTargets.All[target];
        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            check(input.ToArray());
        });
        break;
    case [var target, .. var files]:
        foreach (var file in files) FuzzTargets.All[target](File.ReadAllBytes(file));
        break;
    default:
        throw new ArgumentException("usage: TARGET [FILE …] | corpus DIR FROM …");
}

static void WriteCorpus(string to, string[] from)
{
    const int Most = 60, Longest = 400;
    var inputs = from.SelectMany(f => Directory.EnumerateFiles(f, "*.json")).SelectMany(Strings).Distinct().Select(Bytes)
        .OfType<byte[]>().Where(b => b.Length is > 0 and <= Longest).DistinctBy(Convert.ToHexString).ToList();
    foreach (var target in FuzzTargets.All.Keys)
    {
        var folder = Directory.CreateDirectory(Path.Combine(to, target)).FullName;
        // A step through the list, so that every file of the test data is heard.
        for (var i = 0; i < Most && i < inputs.Count; i++)
            File.WriteAllBytes(Path.Combine(folder, $"vector-{i:000}"), inputs[(int)((long)i * inputs.Count / Math.Min(Most, inputs.Count))]);
    }
}

static IEnumerable<string> Strings(string file)
{
    using var json = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 1000 });
    var found = new List<string>();
    var left = new Stack<JsonElement>([json.RootElement]);
    while (left.TryPop(out var element))
    {
        if (element.ValueKind == JsonValueKind.Object) foreach (var part in element.EnumerateObject()) left.Push(part.Value);
        else if (element.ValueKind == JsonValueKind.Array) foreach (var part in element.EnumerateArray()) left.Push(part);
        else if (element.ValueKind == JsonValueKind.String && !Escapes(element)) found.Add(element.GetString()!);
    }
    return found;
}

// Texts with escapes (half a surrogate pair among them) are never bytes.
static bool Escapes(JsonElement element) => element.GetRawText().Contains('\\', StringComparison.Ordinal);

static byte[]? Bytes(string text)
{
    if (text.Length % 2 == 0 && text.All(char.IsAsciiHexDigitLower)) return Convert.FromHexString(text);
    var buffer = new byte[text.Length];
    return Convert.TryFromBase64String(text, buffer, out var length) ? buffer[..length] : null;
}
