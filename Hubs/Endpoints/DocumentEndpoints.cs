using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace CollabHub.Hubs.Endpoints;

/// <summary>The sections of a workspace's document. The <c>ETag</c> names the version of all of them but <c>analytics</c>.</summary>
/// <param name="Settings">Free-form.</param>
/// <param name="Environment">Variables as text, secrets as <c>{ "secret": true }</c>; absent for those who are not members.</param>
/// <param name="Deployment">How the workspace is run.</param>
/// <param name="Git">Where its code comes from.</param>
/// <param name="Collaboration">Free-form.</param>
/// <param name="Tags">Lower case, each once.</param>
/// <param name="Analytics">Counters: <c>opens</c>, <c>edits</c>, <c>sessions</c>, <c>deployments</c>.</param>
public sealed record DocumentAnswer(
    JsonObject Settings, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonObject? Environment, JsonObject Deployment, JsonObject Git,
    JsonObject Collaboration, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, long> Analytics)
{
    internal static DocumentAnswer From(DocumentView view)
    {
        var (document, sections) = (view.Document, view.Document.Sections);
        return new DocumentAnswer(
            sections.Settings, view.ShowsEnvironment ? EnvironmentSection.Shown(sections.Environment) : null, sections.Deployment, sections.Git,
            sections.Collaboration, sections.Tags, DocumentCounters.All.ToDictionary(name => name, name => document.Analytics.GetValueOrDefault(name)));
    }
}

/// <summary><c>/api/workspaces/{wsId}/document</c>.</summary>
public static class DocumentEndpoints
{
    private const string MergePatch = "application/merge-patch+json";

    /// <summary>Maps the routes.</summary>
    public static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/workspaces/{wsId:uuid}/document", "Workspaces");
        group.MapGet("/", GetAsync);
        group.MapPatch("/", PatchAsync).Accepts<JsonElement>(MergePatch, "application/json");
    }

    private static async Task<Results<Ok<DocumentAnswer>, ProblemHttpResult>> GetAsync(
        Guid wsId, HttpContext http, DocumentQueries queries, CancellationToken ct) =>
        Answer(http, await queries.GetAsync(http.Actor(), new WorkspaceId(wsId), ct));

    private static async Task<Results<Ok<DocumentAnswer>, ProblemHttpResult>> PatchAsync(
        Guid wsId, JsonElement body, HttpContext http, ChangingDocuments changing, CancellationToken ct) => IsMergePatch(http.Request)
        ? Answer(http, await changing.PatchAsync(http.Call(), new WorkspaceId(wsId), body, IfMatch(http.Request), ct))
        : TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType);

    // The framework takes every kind of JSON, a list of operations (RFC 6902) included.
    private static bool IsMergePatch(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType.Equals(MergePatch, StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    private static Results<Ok<DocumentAnswer>, ProblemHttpResult> Answer(HttpContext http, Result<DocumentView> result)
    {
        if (!result.TryGet(out var view, out var error)) return error.ToProblem();
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{view.Document.Version}\"");
        return TypedResults.Ok(DocumentAnswer.From(view));
    }

    // What is no version of ours matches none; null is "any".
    private static HashSet<long>? IfMatch(HttpRequest request)
    {
        if (request.Headers.IfMatch.Count == 0) return null;
        var versions = new HashSet<long>();
        foreach (var tag in request.GetTypedHeaders().IfMatch)
        {
            if (tag.Equals(EntityTagHeaderValue.Any)) return null;
            if (!tag.IsWeak && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) versions.Add(version);
        }
        return versions;
    }
}
