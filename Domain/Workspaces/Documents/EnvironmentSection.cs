using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CollabHub.Domain.Text;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>
/// The section <c>environment</c>. Stored: a variable is its text, a secret is <c>{ "secret": sealed text }</c>. On the wire: a variable is
/// its text, a secret is <c>{ "secret": true }</c>; a patch gives text, or <c>{ "value": text, "secret": true }</c>, or null to delete.
/// </summary>
public static partial class EnvironmentSection
{
    private const string Secret = "secret";
    private const string Value = "value";

    // What reaches beyond the program: its loader, its shell, where programs are found, the engine that runs it.
    private static readonly string[] DeniedNames = ["PATH", "IFS", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "HOSTALIASES", "LOCALDOMAIN"];
    private static readonly string[] DeniedBeginnings = ["LD_", "DYLD_", "DOCKER_", "BASH_FUNC_", "MALLOC_", "GCONV_"];

    /// <summary>The sealed text of a stored secret; null for a variable.</summary>
    internal static string? SecretOf(JsonNode? stored) => stored is JsonObject secret ? secret[Secret]?.GetValue<string>() : null;

    /// <summary>The text of a stored variable.</summary>
    internal static string PlainOf(JsonNode? stored) => stored is JsonValue value ? value.GetValue<string>() : "";

    /// <summary>What readers see: never a secret's value.</summary>
    public static JsonObject Shown(JsonObject stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var shown = new JsonObject();
        foreach (var (name, value) in stored) shown[name] = SecretOf(value) is null ? value?.DeepClone() : new JsonObject { [Secret] = true };
        return shown;
    }

    /// <summary>Only the variables: what a copy may take along.</summary>
    internal static JsonObject WithoutSecrets(JsonObject stored) =>
        new(stored.Where(entry => SecretOf(entry.Value) is null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));

    /// <summary>The section after a patch; problems go to the reader, under <c>environment.NAME</c>.</summary>
    internal static JsonObject Apply(WorkspaceId workspace, JsonObject stored, JsonObject patch, ISecretSeal seal, PatchReader problems)
    {
        var merged = (JsonObject)stored.DeepClone();
        foreach (var (name, wanted) in patch)
        {
            if (wanted is null) merged.Remove(name);
            else if (Entry(workspace, name, merged[name], wanted, seal, problems) is { } entry) merged[name] = entry;
        }
        if (merged.Count > DocumentLimits.Variables) problems.Refuse("environment", $"must have at most {DocumentLimits.Variables} variables");
        return merged;
    }

    private static JsonNode? Entry(WorkspaceId workspace, string name, JsonNode? present, JsonNode wanted, ISecretSeal seal, PatchReader problems)
    {
        var field = $"environment.{name}";
        if (!NameForm().IsMatch(name)) return Refused(problems, field, "must have a name of letters, digits and _ that does not begin with a digit");
        if (IsDenied(name)) return Refused(problems, field, "is a name that the server keeps for itself");
        if (!TryRead(wanted, out var text, out var secret)) return Refused(problems, field, "must be text, or an object with value and secret");
        if (text is null) return secret ? Kept(workspace, name, present, seal, problems, field) : Refused(problems, field, "needs a value");
        if (Encoding.UTF8.GetByteCount(text) > DocumentLimits.VariableBytes) return Refused(problems, field, $"must be at most {DocumentLimits.VariableBytes} bytes");
        if (!TextRules.IsPlain(text.Replace("\t", "", StringComparison.Ordinal), multiline: false)) return Refused(problems, field, "must be one line of text");
        return secret ? Sealed(workspace, name, text, seal) : JsonValue.Create(text);
    }

    // What was read may be sent back: a secret that is there stays, a variable becomes one.
    private static JsonNode? Kept(WorkspaceId workspace, string name, JsonNode? present, ISecretSeal seal, PatchReader problems, string field)
    {
        if (present is null) return Refused(problems, field, "needs a value");
        return SecretOf(present) is null ? Sealed(workspace, name, PlainOf(present), seal) : present.DeepClone();
    }

    private static JsonObject Sealed(WorkspaceId workspace, string name, string value, ISecretSeal seal) =>
        new() { [Secret] = seal.Close(workspace, name, value) };

    private static bool TryRead(JsonNode wanted, out string? value, out bool secret)
    {
        (value, secret) = (null, false);
        if (wanted is JsonValue plain) return plain.TryGetValue(out value);
        if (wanted is not JsonObject entry || entry.Any(member => member.Key is not (Value or Secret))) return false;
        if (entry[Secret] is { } mark && !(mark.GetValueKind() is JsonValueKind.True or JsonValueKind.False)) return false;
        secret = entry[Secret]?.GetValueKind() == JsonValueKind.True;
        return !entry.TryGetPropertyValue(Value, out var given) || (given is JsonValue text && text.TryGetValue(out value));
    }

    private static JsonNode? Refused(PatchReader problems, string field, string problem)
    {
        problems.Refuse(field, problem);
        return null;
    }

    private static bool IsDenied(string name) =>
        DeniedNames.Contains(name, StringComparer.OrdinalIgnoreCase) || DeniedBeginnings.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex NameForm();
}
