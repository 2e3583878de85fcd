using System.Text.Json.Nodes;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>The sections of a workspace document that people change, always whole: a change writes all of them under the next version.</summary>
/// <param name="Settings">Free-form.</param>
/// <param name="Environment">Variables as stored, see <see cref="EnvironmentSection"/>: secrets are sealed.</param>
/// <param name="Deployment">How the workspace is run.</param>
/// <param name="Git">Where its code comes from.</param>
/// <param name="Collaboration">Free-form.</param>
/// <param name="Tags">Normalised, without repetition.</param>
public sealed record DocumentSections(
    JsonObject Settings, JsonObject Environment, JsonObject Deployment, JsonObject Git, JsonObject Collaboration, IReadOnlyList<string> Tags)
{
    /// <summary>The names of the sections that are objects.</summary>
    public static IReadOnlyList<string> ObjectNames { get; } = ["settings", "environment", "deployment", "git", "collaboration"];

    /// <summary>A new document's sections.</summary>
    public static DocumentSections Empty => new([], [], [], [], [], []);

    /// <summary>A section by its name in JSON.</summary>
    public JsonObject this[string name] => name switch
    {
        "settings" => Settings,
        "environment" => Environment,
        "deployment" => Deployment,
        "git" => Git,
        "collaboration" => Collaboration,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such section."),
    };

    /// <summary>The same with one section replaced.</summary>
    public DocumentSections With(string name, JsonObject section) => name switch
    {
        "settings" => this with { Settings = section },
        "environment" => this with { Environment = section },
        "deployment" => this with { Deployment = section },
        "git" => this with { Git = section },
        "collaboration" => this with { Collaboration = section },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such section."),
    };

    /// <summary>All sections as one JSON object.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var name in ObjectNames) json[name] = this[name].DeepClone();
        json["tags"] = TagsToJson(Tags);
        return json;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static DocumentSections Parse(string json)
    {
        var read = JsonNode.Parse(json) as JsonObject ?? throw new InvalidDataException("The sections of a document are one JSON object.");
        var sections = Empty;
        foreach (var name in ObjectNames) sections = sections.With(name, (JsonObject)(read[name]?.DeepClone() ?? new JsonObject()));
        return sections with { Tags = TagsOf(read["tags"]) };
    }

    /// <summary>The tags as a JSON array.</summary>
    public static JsonArray TagsToJson(IEnumerable<string> tags) => new([.. tags.Select(tag => (JsonNode)tag)]);

    /// <summary>Reads what <see cref="TagsToJson"/> wrote.</summary>
    public static IReadOnlyList<string> TagsOf(JsonNode? tags) => tags is JsonArray items ? [.. items.Select(tag => tag!.GetValue<string>())] : [];
}
