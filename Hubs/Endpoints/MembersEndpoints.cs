using System.Text.Json.Serialization;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Workspaces;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>A member; the address is there for those only who manage members, and in one's own row.</summary>
public sealed record MemberAnswer(Guid UserId, string Username, string DisplayName, string Role, string Status, DateTimeOffset CreatedAt)
{
    /// <summary>The address, for those who may see it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email { get; init; }

    internal static MemberAnswer From(Member member) =>
        new(member.User.Value, member.Username, member.DisplayName, member.Role.ToName(), member.Status, member.CreatedAt) { Email = member.Email };
}

/// <summary><c>/api/workspaces/{wsId}/members</c>.</summary>
public static class MembersEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapMembers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/workspaces/{wsId:uuid}/members", "Members");
        group.MapGet("/", ListAsync);
        group.MapPut("/{userId:uuid}", SetAsync).Validate<RoleBody>();
        group.MapDelete("/{userId:uuid}", RemoveAsync);
    }

    private static async Task<Results<Ok<PageOf<MemberAnswer>>, ProblemHttpResult>> ListAsync(
        Guid wsId, PageRequest page, HttpContext http, WorkspaceQueries queries, CancellationToken ct)
    {
        var members = await queries.MembersAsync(http.Actor(), new WorkspaceId(wsId), page.Slice(), ct);
        return members.Match<Results<Ok<PageOf<MemberAnswer>>, ProblemHttpResult>>(
            rows => TypedResults.Ok(page.ToPage(rows, row => row.CreatedAt, row => row.User.Value, MemberAnswer.From)),
            error => error.ToProblem());
    }

    private static async Task<Results<Ok<MemberAnswer>, ProblemHttpResult>> SetAsync(
        Guid wsId, Guid userId, RoleBody body, HttpContext http, ManagingMembers managing, CancellationToken ct)
    {
        var set = await managing.SetAsync(http.Call(), new WorkspaceId(wsId), new UserId(userId), RoleNames.Parse(body.Role), ct);
        return set.Match<Results<Ok<MemberAnswer>, ProblemHttpResult>>(
            member => TypedResults.Ok(MemberAnswer.From(member)), error => error.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        Guid wsId, Guid userId, HttpContext http, ManagingMembers managing, CancellationToken ct)
    {
        var removed = await managing.RemoveAsync(http.Call(), new WorkspaceId(wsId), new UserId(userId), ct);
        return removed.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }
}
