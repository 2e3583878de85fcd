using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;

namespace CollabHub.Persistence.Relational.Documents;

/// <summary>The parts of a document as the JSON columns hold them.</summary>
internal static class DocumentJson
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static JsonObject Object(string json) => (JsonObject)JsonNode.Parse(json)!;

    public static Dictionary<string, long> Analytics(string json) => JsonSerializer.Deserialize<Dictionary<string, long>>(json)!;

    public static string Text(Dictionary<string, long> analytics) => JsonSerializer.Serialize(analytics);

    public static JsonArray Files(IEnumerable<DocumentFile> files) => new([.. files.Select(ToJson)]);

    public static IReadOnlyList<DocumentFile> Files(string json) => [.. ((JsonArray)JsonNode.Parse(json)!).Select(file => ToFile((JsonObject)file!))];

    private static JsonNode ToJson(DocumentFile file) => new JsonObject
    {
        ["id"] = file.Id.ToString(),
        ["path"] = file.Path,
        ["language"] = file.Language,
        ["size"] = file.Size,
        ["hash"] = file.Hash,
        ["updatedAt"] = file.UpdatedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
        ["updatedBy"] = file.UpdatedBy?.ToString(),
    };

    private static DocumentFile ToFile(JsonObject json) => new(
        new FileId(Guid.Parse(Text(json, "id")!)), Text(json, "path")!, Text(json, "language"), json["size"]!.GetValue<long>(), Text(json, "hash"),
        DateTimeOffset.ParseExact(Text(json, "updatedAt")!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        Text(json, "updatedBy") is { } user ? new UserId(Guid.Parse(user)) : null);

    private static string? Text(JsonObject json, string name) => json[name]?.GetValue<string>();
}
