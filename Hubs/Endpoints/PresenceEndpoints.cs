using CollabHub.Domain;
using CollabHub.Domain.Workspaces;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Who is here now.</summary>
public sealed record PresenceList(IReadOnlyList<ParticipantFrame> Items);

/// <summary><c>/api/workspaces/{wsId}/presence</c>.</summary>
public static class PresenceEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapPresence(this IEndpointRouteBuilder routes) =>
        routes.MapApiGroup("/workspaces/{wsId:uuid}/presence", "Workspaces").MapGet("/", ListAsync);

    private static async Task<Results<Ok<PresenceList>, ProblemHttpResult>> ListAsync(
        Guid wsId, HttpContext http, WorkspacePresence presence, CancellationToken ct)
    {
        var people = await presence.ListAsync(http.Actor(), new WorkspaceId(wsId), ct);
        return people.Match<Results<Ok<PresenceList>, ProblemHttpResult>>(
            all => TypedResults.Ok(new PresenceList([.. all.Select(ParticipantFrame.From)])), error => error.ToProblem());
    }
}
