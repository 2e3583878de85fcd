using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Search;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>A place where the text was found.</summary>
/// <param name="FileId">The file.</param>
/// <param name="Path">Its path.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Preview">The line, or what is around the place in a long one.</param>
public sealed record FoundAnswer(Guid FileId, string Path, int Line, int Column, string Preview);

/// <summary>Search over the texts of a workspace.</summary>
public static class SearchEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapSearch(this IEndpointRouteBuilder routes) =>
        routes.MapApiGroup("/workspaces/{wsId:uuid}/search", "Search").MapGet("/", SearchAsync).AllowAnonymous();

    private static async Task<Results<Ok<PageOf<FoundAnswer>>, ProblemHttpResult>> SearchAsync(
        Guid wsId, string? q, bool? @case, PageRequest page, HttpContext context, WorkspaceSearch search, CancellationToken ct)
    {
        FoundKey? after = page.After is { } cursor ? Parse(cursor) : null;
        var found = await search.SearchAsync(context.Actor(), new WorkspaceId(wsId), q ?? "", @case ?? false, page.Limit, after, ct);
        return found.Match<Results<Ok<PageOf<FoundAnswer>>, ProblemHttpResult>>(
            places => TypedResults.Ok(page.ToCutPage(
                [.. places.Items.Select(place => new FoundAnswer(place.File.Value, place.Path, place.Line, place.Column, place.Preview))],
                places.Next is { } next ? string.Create(CultureInfo.InvariantCulture, $"{next.Line} {next.Column} {next.Key}") : null)),
            error => error.ToProblem());
    }

    // Sealed by the server, so it has the form that it was given.
    private static FoundKey Parse(string cursor)
    {
        var parts = cursor.Split(' ', 3);
        return new FoundKey(parts[2], int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
