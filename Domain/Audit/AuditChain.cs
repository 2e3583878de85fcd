using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CollabHub.Domain.Audit;

/// <summary>One stored row, as far as its hash covers it.</summary>
/// <param name="Workspace">Null for account events, which form a chain of their own.</param>
/// <param name="User">Who.</param>
/// <param name="Action">What.</param>
/// <param name="ResourceType">On what sort of thing.</param>
/// <param name="ResourceId">On which.</param>
/// <param name="OldValue">JSON text, or null.</param>
/// <param name="NewValue">JSON text, or null.</param>
/// <param name="IpAddress">From where.</param>
/// <param name="UserAgent">With what.</param>
/// <param name="Timestamp">When, in microseconds.</param>
public sealed record AuditRecord(
    Guid? Workspace, Guid? User, string Action, string ResourceType, string ResourceId, string? OldValue, string? NewValue,
    string? IpAddress, string? UserAgent, DateTimeOffset Timestamp);

/// <summary>
/// The hash chain of the audit log: each row's hash covers the row and the hash before it, so that a row which is edited, removed,
/// inserted or moved breaks every later one. docs/storage.md, Audit chain.
/// </summary>
public static class AuditChain
{
    /// <summary>What stands before the first row of a chain.</summary>
    public static readonly string Start = new('0', 64);

    /// <summary>Largest JSON text of one value; a larger one is replaced by its beginning and its hash.</summary>
    public const int MaxValueBytes = 4_096;

    private const int KeptOfLargeValue = 1_024;

    // Same bytes for the same value whatever wrote it: keys sorted by UTF-16 unit, no blanks, only the necessary escapes, numbers written out.
    private static readonly JsonSerializerOptions Canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The hash of a row, 64 hex digits.</summary>
    public static string HashOf(string previous, AuditRecord row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var fields = new JsonObject
        {
            ["action"] = row.Action,
            ["ipAddress"] = row.IpAddress,
            ["newValue"] = Parse(row.NewValue),
            ["oldValue"] = Parse(row.OldValue),
            ["resourceId"] = row.ResourceId,
            ["resourceType"] = row.ResourceType,
            ["timestamp"] = row.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            ["userAgent"] = row.UserAgent,
            ["userId"] = row.User?.ToString("D"),
            ["workspaceId"] = row.Workspace?.ToString("D"),
        };
        return Sha256(previous + "\n" + fields.ToJsonString(Canonical));
    }

    /// <summary>The JSON text to store for a value: canonical, bounded, with control characters made visible.</summary>
    public static string? ToJson(IReadOnlyDictionary<string, object?>? value)
    {
        if (value is null) return null;
        var text = Sorted(JsonSerializer.SerializeToNode(value))!.ToJsonString(Canonical);
        if (Encoding.UTF8.GetByteCount(text) <= MaxValueBytes) return text;
        var kept = new JsonObject { ["beginning"] = WellFormed(text[..KeptOfLargeValue]), ["sha256"] = Sha256(text), ["truncated"] = true };
        return kept.ToJsonString(Canonical);
    }

    /// <summary>Text on one line: control characters become U+FFFD.</summary>
    public static string? Neutral(string? text) =>
        text is null || !text.Any(char.IsControl) ? text : string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));

    private static JsonNode? Parse(string? json) => json is null ? null : Sorted(JsonNode.Parse(json));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => Sorted(members),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Neutral(value.GetValue<string>())),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => CanonicalNumbers.Of(value.ToJsonString()),
        _ => node?.DeepClone(),
    };

    private static JsonObject Sorted(JsonObject members)
    {
        var sorted = new JsonObject();
        // Assigned, not added: two names may differ in control characters only.
        foreach (var (name, value) in members.Select(member => (Name: Neutral(member.Key)!, member.Value)).OrderBy(member => member.Name, StringComparer.Ordinal)) sorted[name] = Sorted(value);
        return sorted;
    }

    private static string WellFormed(string text) => char.IsHighSurrogate(text[^1]) ? text[..^1] : text;

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
