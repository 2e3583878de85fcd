using System.Buffers;
using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Compares what a reader of a root sees with what a vector says.</summary>
internal static class ExpectedRoot
{
    public static void CheckAll(YDocument document, JsonElement roots, string at)
    {
        foreach (var root in roots.EnumerateObject()) Check(document, root.Name, root.Value, $"{root.Name}, {at}");
    }

    private static void Check(YDocument document, string root, JsonElement expected, string at)
    {
        switch (expected.GetProperty("kind").GetString())
        {
            case "text":
                Vectors.Same(expected.GetProperty("text").GetString()!, document.GetText(root), $"text {at}");
                SameJson(expected.GetProperty("delta"), Json(w => document.WriteDelta(root, w)), $"delta {at}");
                if (expected.TryGetProperty("attributes", out var attributes)) SameJson(attributes, Json(w => document.WriteAttributes(root, w)), $"attributes {at}");
                break;
            case "map":
                SameJson(expected.GetProperty("json"), Json(w => document.WriteJson(root, RootKind.Map, w)), $"map {at}");
                break;
            case "array":
                SameJson(expected.GetProperty("json"), Json(w => document.WriteJson(root, RootKind.Array, w)), $"array {at}");
                break;
            case "xml":
                Vectors.Same(expected.GetProperty("xml").GetString()!, document.GetXml(root), $"xml {at}");
                break;
            default:
                Assert.Fail($"kind of {at}");
                break;
        }
        if (expected.TryGetProperty("length", out var length)) Assert.Equal(length.GetInt64(), document.TextLength(root));
    }

    public static JsonElement Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        using var parsed = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1000 });
        return parsed.RootElement.Clone();
    }

    public static void SameJson(JsonElement expected, JsonElement actual, string at)
    {
        if (!IsSame(expected, actual)) Assert.Fail($"{at}: expected {Short(expected)}, got {Short(actual)}");
    }

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 500 } text ? text[..500] : value.GetRawText();

    private static bool IsSame(JsonElement a, JsonElement b)
    {
        if (a.ValueKind != b.ValueKind) return false;
        return a.ValueKind switch
        {
            JsonValueKind.Number => a.GetDouble().Equals(b.GetDouble()),
            JsonValueKind.String => a.GetRawText() == b.GetRawText() || a.GetString() == b.GetString(),
            JsonValueKind.Array => a.GetArrayLength() == b.GetArrayLength() && a.EnumerateArray().Zip(b.EnumerateArray()).All(p => IsSame(p.First, p.Second)),
            JsonValueKind.Object => a.EnumerateObject().Count() == b.EnumerateObject().Count()
                && a.EnumerateObject().All(p => b.TryGetProperty(p.Name, out var other) && IsSame(p.Value, other)),
            _ => true,
        };
    }
}
