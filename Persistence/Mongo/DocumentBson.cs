using System.Text.Json;
using System.Text.Json.Nodes;
using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;
using MongoDB.Bson;

namespace CollabHub.Persistence.Mongo;

/// <summary>Documents as BSON: ids as UUIDs (subtype 4), times as dates, whole numbers as 64-bit integers.</summary>
internal static class DocumentBson
{
    public static BsonValue From(Guid id) => new BsonBinaryData(id, GuidRepresentation.Standard);

    public static BsonArray From(IEnumerable<DocumentFile> files) => new(files.Select(file => new BsonDocument
    {
        { "id", From(file.Id.Value) },
        { "path", file.Path },
        { "language", Nullable(file.Language) },
        { "size", file.Size },
        { "hash", Nullable(file.Hash) },
        { "updatedAt", new BsonDateTime(file.UpdatedAt.UtcDateTime) },
        { "updatedBy", file.UpdatedBy is { } user ? From(user.Value) : BsonNull.Value },
    }));

    /// <summary>JSON as it was checked at the edge: objects, arrays, text, 64-bit integers, doubles, booleans, null.</summary>
    public static BsonValue From(JsonNode? node) => node switch
    {
        null => BsonNull.Value,
        JsonObject members => new BsonDocument(members.Select(member => new BsonElement(member.Key, From(member.Value)))),
        JsonArray items => new BsonArray(items.Select(From)),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => new BsonString(node.GetValue<string>()),
            JsonValueKind.True => BsonBoolean.True,
            JsonValueKind.False => BsonBoolean.False,
            JsonValueKind.Number => ((JsonValue)node).TryGetValue<long>(out var whole) ? new BsonInt64(whole) : new BsonDouble(node.GetValue<double>()),
            _ => BsonNull.Value,
        },
    };

    public static WorkspaceDocument ToDocument(BsonDocument bson) => new(
        bson["_id"].AsObjectId.ToString(), new WorkspaceId(ToGuid(bson["ws_id"])), new UserId(ToGuid(bson["owner_id"])), bson["name"].AsString,
        [.. bson["files"].AsBsonArray.Select(file => ToFile(file.AsBsonDocument))],
        new DocumentSections(
            ToObject(bson["settings"]), ToObject(bson["environment"]), ToObject(bson["deployment"]), ToObject(bson["git"]), ToObject(bson["collaboration"]),
            [.. bson["tags"].AsBsonArray.Select(tag => tag.AsString)]),
        bson["analytics"].AsBsonDocument.ToDictionary(counter => counter.Name, counter => counter.Value.ToInt64()),
        bson["revision"].ToInt64(), bson["version"].ToInt64());

    private static DocumentFile ToFile(BsonDocument file) => new(
        new FileId(ToGuid(file["id"])), file["path"].AsString, ToText(file["language"]), file["size"].ToInt64(), ToText(file["hash"]),
        new DateTimeOffset(file["updatedAt"].ToUniversalTime()), file["updatedBy"].IsBsonNull ? null : new UserId(ToGuid(file["updatedBy"])));

    private static JsonObject ToObject(BsonValue value) => (JsonObject)ToNode(value)!;

    private static JsonNode? ToNode(BsonValue value) => value.BsonType switch
    {
        BsonType.Document => new JsonObject(value.AsBsonDocument.Select(member => KeyValuePair.Create(member.Name, ToNode(member.Value)))),
        BsonType.Array => new JsonArray([.. value.AsBsonArray.Select(ToNode)]),
        BsonType.String => JsonValue.Create(value.AsString),
        BsonType.Boolean => JsonValue.Create(value.AsBoolean),
        BsonType.Int32 or BsonType.Int64 => JsonValue.Create(value.ToInt64()),
        BsonType.Double => JsonValue.Create(value.AsDouble),
        BsonType.Null => null,
        _ => throw new InvalidDataException($"A workspace document holds a value of type {value.BsonType}, which JSON does not have."),
    };

    private static Guid ToGuid(BsonValue value) => value.AsBsonBinaryData.ToGuid(GuidRepresentation.Standard);

    private static string? ToText(BsonValue value) => value.IsBsonNull ? null : value.AsString;

    private static BsonValue Nullable(string? text) => text is null ? BsonNull.Value : new BsonString(text);
}
