using System.Text.Json.Nodes;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>JSON Merge Patch, RFC 7396: null removes, objects merge, everything else replaces.</summary>
internal static class MergePatch
{
    /// <summary>The merged object; neither argument changes.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var merged = (JsonObject)target.DeepClone();
        foreach (var (name, value) in patch)
        {
            if (value is null) merged.Remove(name);
            else if (value is JsonObject inner) merged[name] = Apply(merged[name] as JsonObject ?? [], inner);
            else merged[name] = value.DeepClone();
        }
        return merged;
    }
}
