using System.Text.Json;
using System.Text.Json.Nodes;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>A merge patch of a workspace document, read and checked once, applied to whichever version is present.</summary>
internal sealed class DocumentPatch
{
    private const string Masked = "(secret)";
    private readonly JsonObject _patch;

    private DocumentPatch(JsonObject patch) => _patch = patch;

    /// <summary>Reads what a caller sent; what is wrong with it whatever the document holds is answered here.</summary>
    public static Result<DocumentPatch> Read(JsonElement sent)
    {
        var problems = new PatchReader();
        var patch = problems.Read(sent);
        foreach (var (name, value) in patch)
        {
            if (name == "analytics") problems.Refuse(name, "is counted by the server and cannot be changed");
            else if (name == "tags") SectionRules.Tags(value, problems);
            else if (!DocumentSections.ObjectNames.Contains(name)) problems.Refuse(name, "is unknown here");
            else if (value is not (null or JsonObject)) problems.Refuse(name, "must be an object or null");
        }
        return problems.Problems.Count == 0 ? new DocumentPatch(patch) : GeneralErrors.Invalid(problems.Problems);
    }

    /// <summary>The sections after the patch, or what is wrong with them.</summary>
    public Result<DocumentSections> Apply(WorkspaceId workspace, DocumentSections present, ISecretSeal seal, DocumentLimits limits)
    {
        var problems = new PatchReader();
        var sections = present;
        foreach (var (name, value) in _patch)
        {
            if (name == "tags") sections = sections with { Tags = SectionRules.Tags(value, problems) ?? [] };
            else sections = sections.With(name, Section(name, value as JsonObject, workspace, present, seal, limits, problems));
        }
        return problems.Problems.Count == 0 ? sections : GeneralErrors.Invalid(problems.Problems);
    }

    /// <summary>The members of sections that differ; of a secret only that it does.</summary>
    public static FieldChanges Between(DocumentSections before, DocumentSections after)
    {
        var fields = new FieldChanges();
        foreach (var section in DocumentSections.ObjectNames)
        {
            var (old, now) = (before[section], after[section]);
            foreach (var name in old.Select(member => member.Key).Union(now.Select(member => member.Key)))
            {
                if (JsonNode.DeepEquals(old[name], now[name])) continue;
                fields.Add($"{section}.{name}", Audited(section, old[name], "before"), Audited(section, now[name], "after"));
            }
        }
        if (!before.Tags.SequenceEqual(after.Tags)) fields.Add("tags", before.Tags, after.Tags);
        return fields;
    }

    private static JsonObject Section(
        string name, JsonObject? patch, WorkspaceId workspace, DocumentSections present, ISecretSeal seal, DocumentLimits limits, PatchReader problems)
    {
        if (patch is null) return [];
        var merged = name == "environment"
            ? EnvironmentSection.Apply(workspace, present.Environment, patch, seal, problems)
            : MergePatch.Apply(present[name], patch);
        SectionRules.Check(name, merged, limits.SectionBytes, problems);
        return merged;
    }

    // Two words for one secret: equal values would leave no trace of the change.
    private static object? Audited(string section, JsonNode? value, string side)
    {
        if (value is null) return null;
        return section == "environment" && EnvironmentSection.SecretOf(value) is not null ? $"{Masked} {side}" : value.DeepClone();
    }
}
