using System.Globalization;
using System.Text.Json;

namespace CollabHub.Tests.Functional.Description;

/// <summary>Compares JSON with a schema of an OpenAPI 3.1 document, as far as ours uses them; also what the schema does not know is wrong.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    /// <summary>What is wrong, each with its place; nothing when it fits.</summary>
    public IEnumerable<string> Compare(JsonElement value, JsonElement schema, string at = "$")
    {
        schema = Resolve(schema);
        foreach (var word in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(word, out var choices)) return CompareAny(value, choices, at);
        }
        if (!schema.TryGetProperty("type", out var types)) return [];
        var kind = KindOf(value);
        var allowed = types.ValueKind == JsonValueKind.Array ? [.. types.EnumerateArray().Select(type => type.GetString())] : new[] { types.GetString() };
        if (!allowed.Contains(kind) && !(kind == "integer" && allowed.Contains("number"))) return [$"{at} is {kind}, not {string.Join(" or ", allowed)}"];
        return kind switch
        {
            "object" => CompareObject(value, schema, at),
            "array" when schema.TryGetProperty("items", out var items) => value.EnumerateArray().SelectMany((item, index) => Compare(item, items, $"{at}[{index}]")),
            "string" => CompareText(value.GetString()!, schema, at),
            _ => [],
        };
    }

    private List<string> CompareAny(JsonElement value, JsonElement choices, string at)
    {
        var results = choices.EnumerateArray().Select(choice => Compare(value, choice, at).ToList()).ToList();
        return results.Any(result => result.Count == 0) ? [] : results.OrderByDescending(result => result.Count).First();
    }

    private IEnumerable<string> CompareObject(JsonElement value, JsonElement schema, string at)
    {
        var properties = schema.TryGetProperty("properties", out var known) ? known : default;
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(name => name.GetString()!))
            {
                if (!value.TryGetProperty(name, out _)) yield return $"{at}.{name} is missing";
            }
        }
        if (properties.ValueKind != JsonValueKind.Object) yield break;
        foreach (var member in value.EnumerateObject())
        {
            if (!properties.TryGetProperty(member.Name, out var inner)) yield return $"{at}.{member.Name} is not described";
            else foreach (var problem in Compare(member.Value, inner, $"{at}.{member.Name}")) yield return problem;
        }
    }

    private static IEnumerable<string> CompareText(string text, JsonElement schema, string at)
    {
        var format = schema.TryGetProperty("format", out var named) ? named.GetString() : null;
        var fits = format switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.EndsWith('Z'),
            _ => true,
        };
        if (!fits) yield return $"{at} is no {format}";
        if (schema.TryGetProperty("enum", out var names) && !names.EnumerateArray().Any(name => name.GetString() == text)) yield return $"{at} is none of its values";
    }

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.TrimStart('#', '/').Split('/').Aggregate(document, (place, name) => place.GetProperty(name));
        }
        return schema;
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };
}
