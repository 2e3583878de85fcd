using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Unit.Protocols;

/// <summary>Tests/Vectors/protocol.json, and decoded frames in the form of its <c>means</c>.</summary>
internal static class ProtocolVectors
{
    private static readonly JsonObject All =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "protocol.json")))!.AsObject();

    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<JsonNode> Frames(string protocol) => Of("frames", protocol);

    public static IEnumerable<JsonNode> Malformed(string protocol) => Of("malformed", protocol);

    public static IEnumerable<JsonNode> Conversations(string protocol) => Of("conversations", protocol);

    public static IEnumerable<JsonNode> Messages(JsonNode conversation) =>
        conversation["frames"]!.AsArray().Where(frame => frame!["hex"] is not null)!;

    public static JsonObject Means(SyncMessage sync, string type = "sync") => new()
    {
        ["type"] = type,
        ["sync"] = sync.Kind.ToString().ToLowerInvariant(),
        ["payload"] = Convert.ToHexStringLower(sync.Payload.Span),
    };

    public static JsonObject Means(ReadOnlyMemory<byte> awareness)
    {
        Assert.Equal(DecodeError.None, AwarenessMessage.Decode(awareness.Span, AwarenessLimits.Default, out var entries));
        return new JsonObject { ["type"] = "awareness", ["entries"] = new JsonArray([.. entries.Select(Means)]) };
    }

    private static JsonObject Means(AwarenessEntry entry) => new()
    {
        ["client"] = entry.Client,
        ["clock"] = entry.Clock,
        ["state"] = entry.State is null ? null : JsonNode.Parse(entry.State),
    };

    private static IEnumerable<JsonNode> Of(string part, string protocol) =>
        All[part]!.AsArray().Where(item => (string)item!["protocol"]! == protocol)!;
}
