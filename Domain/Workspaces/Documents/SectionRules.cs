using System.Text;
using System.Text.Json.Nodes;
using CollabHub.Domain.Text;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>What each section may hold, beyond what every JSON may.</summary>
internal static class SectionRules
{
    private static readonly string[] DeploymentTexts = ["runtime", "buildCommand", "startCommand", "rootDirectory"];
    private const int MaxText = 1_000;

    /// <summary>Checks a section after the patch.</summary>
    public static void Check(string name, JsonObject section, int maxBytes, PatchReader problems)
    {
        if (Encoding.UTF8.GetByteCount(section.ToJsonString()) > maxBytes) problems.Refuse(name, $"must be at most {maxBytes} bytes of JSON");
        if (name == "deployment") CheckDeployment(section, problems);
        if (name == "git") CheckGit(section, problems);
    }

    /// <summary>Tags as they are stored: composed, lower case, without blanks around, each once; null when something is wrong with them.</summary>
    public static IReadOnlyList<string>? Tags(JsonNode? given, PatchReader problems)
    {
        if (given is null) return [];
        if (given is not JsonArray items || items.Any(item => item is not JsonValue value || !value.TryGetValue<string>(out _)))
        {
            problems.Refuse("tags", "must be a list of texts");
            return null;
        }
        var tags = new List<string>();
        foreach (var item in items)
        {
            if (Tag(item!.GetValue<string>()) is not { } tag) problems.Refuse("tags", $"must be texts of 1 to {DocumentLimits.TagLength} characters on one line, without commas");
            else if (!tags.Contains(tag)) tags.Add(tag);
        }
        if (tags.Count > DocumentLimits.Tags) problems.Refuse("tags", $"must be at most {DocumentLimits.Tags}");
        return problems.Problems.ContainsKey("tags") ? null : tags;
    }

    /// <summary>A tag as it is stored; null when it cannot be one.</summary>
    public static string? Tag(string text)
    {
        if (!TextRules.IsPlain(text, multiline: false)) return null;
        var tag = text.Normalize(NormalizationForm.FormC).Trim().ToLowerInvariant();
        return tag.Length is 0 or > DocumentLimits.TagLength || tag.Contains(',', StringComparison.Ordinal) ? null : tag;
    }

    private static void CheckDeployment(JsonObject section, PatchReader problems)
    {
        foreach (var name in DeploymentTexts)
        {
            if (section[name] is { } given && !IsLine(given)) problems.Refuse($"deployment.{name}", $"must be one line of at most {MaxText} characters");
        }
        if (section["port"] is { } port && !(port is JsonValue number && number.TryGetValue<long>(out var value) && value is >= 1 and <= 65_535))
        {
            problems.Refuse("deployment.port", "must be a whole number from 1 to 65535");
        }
    }

    private static void CheckGit(JsonObject section, PatchReader problems)
    {
        if (section["url"] is { } url && !(IsLine(url) && IsRepository(url.GetValue<string>())))
        {
            problems.Refuse("git.url", "must be an https, ssh or git address without a password");
        }
        if (section["branch"] is { } branch && !IsLine(branch)) problems.Refuse("git.branch", $"must be one line of at most {MaxText} characters");
    }

    // Looked at only: nothing is fetched.
    private static bool IsRepository(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && text.Contains("://", StringComparison.Ordinal))
        {
            return url.Scheme is "https" or "http" or "ssh" or "git" && url.Host.Length > 0 && !url.UserInfo.Contains(':', StringComparison.Ordinal);
        }
        // user@host:path, as ssh takes it
        var (at, colon) = (text.IndexOf('@', StringComparison.Ordinal), text.IndexOf(':', StringComparison.Ordinal));
        return at > 0 && colon > at + 1 && colon < text.Length - 1 && !text.Contains(' ', StringComparison.Ordinal) && text[0] != '-';
    }

    private static bool IsLine(JsonNode node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length <= MaxText && TextRules.IsPlain(text, multiline: false);
}
