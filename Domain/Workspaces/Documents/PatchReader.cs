using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CollabHub.Domain.Text;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>
/// Turns what a caller sent into JSON that every store keeps as it is: names that a document store could take for operators or paths are
/// refused, numbers are 64-bit integers or finite doubles, text is well-formed. Collects what is wrong by field.
/// </summary>
internal sealed class PatchReader
{
    private static readonly string[] Forbidden = ["__proto__", "constructor", "prototype"];
    private readonly Dictionary<string, string[]> _problems = new(StringComparer.Ordinal);
    private int _members;

    /// <summary>What is wrong, by field; each text ends a sentence about the field.</summary>
    public IReadOnlyDictionary<string, string[]> Problems => _problems;

    /// <summary>Notes that a field is not acceptable; the first problem of a field stays.</summary>
    public void Refuse(string field, string problem) => _problems.TryAdd(field, [problem]);

    /// <summary>The patch as nodes. Values that are refused are left out.</summary>
    public JsonObject Read(JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            Refuse("$", "must be an object");
            return [];
        }
        try
        {
            return ReadObject(patch, "", 0);
        }
        catch (InvalidOperationException)
        {
            // An unpaired surrogate shows only when the text is asked for.
            Refuse("$", "holds text that is not well-formed");
            return [];
        }
    }

    private JsonObject ReadObject(JsonElement element, string path, int depth)
    {
        var read = new JsonObject();
        foreach (var member in element.EnumerateObject())
        {
            var name = member.Name;
            var field = path.Length == 0 ? Shown(name) : $"{path}.{Shown(name)}";
            if (++_members > DocumentLimits.PatchMembers) Refuse("$", $"must have at most {DocumentLimits.PatchMembers} members");
            else if (KeyProblem(name) is { } problem) Refuse(field, problem);
            else if (read.ContainsKey(name)) Refuse(field, "is given twice");
            else read[name] = ReadValue(member.Value, field, depth + 1);
        }
        return read;
    }

    private JsonNode? ReadValue(JsonElement value, string field, int depth)
    {
        if (depth > DocumentLimits.Depth)
        {
            Refuse(field, $"is nested over {DocumentLimits.Depth} levels");
            return null;
        }
        return value.ValueKind switch
        {
            JsonValueKind.Object => ReadObject(value, field, depth),
            JsonValueKind.Array => ReadArray(value, field, depth),
            JsonValueKind.String => ReadText(value.GetString()!, field),
            JsonValueKind.Number => ReadNumber(value, field),
            JsonValueKind.True => JsonValue.Create(true),
            JsonValueKind.False => JsonValue.Create(false),
            _ => null,
        };
    }

    private JsonArray ReadArray(JsonElement value, string field, int depth)
    {
        var read = new JsonArray();
        foreach (var item in value.EnumerateArray())
        {
            if (++_members > DocumentLimits.PatchMembers)
            {
                Refuse("$", $"must have at most {DocumentLimits.PatchMembers} members");
                break;
            }
            read.Add(ReadValue(item, field, depth + 1));
        }
        return read;
    }

    private JsonValue? ReadText(string text, string field)
    {
        if (!text.Contains('\0', StringComparison.Ordinal)) return JsonValue.Create(text);
        Refuse(field, "must not hold the character NUL");
        return null;
    }

    private JsonValue? ReadNumber(JsonElement value, string field)
    {
        if (value.TryGetInt64(out var whole)) return JsonValue.Create(whole);
        if (value.TryGetDouble(out var number) && double.IsFinite(number)) return JsonValue.Create(number);
        Refuse(field, "is a number out of range");
        return null;
    }

    private static string? KeyProblem(string name)
    {
        if (name.Length is 0 or > DocumentLimits.KeyLength) return string.Create(CultureInfo.InvariantCulture, $"must have a name of 1 to {DocumentLimits.KeyLength} characters");
        if (name[0] == '$' || name.Contains('.', StringComparison.Ordinal)) return "must have a name that does not begin with $ and has no dot";
        if (Forbidden.Contains(name, StringComparer.Ordinal)) return "has a name that is not allowed";
        return TextRules.IsPlain(name, multiline: false) ? null : "must have a name of printable characters";
    }

    private static string Shown(string name) => string.Concat(name.Take(DocumentLimits.KeyLength).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
