using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Invitations;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary><c>/api/workspaces/{wsId}/invitations</c>.</summary>
public static class WorkspaceInvitationsEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapWorkspaceInvitations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/workspaces/{wsId:uuid}/invitations", "Invitations");
        group.MapPost("/", InviteAsync).Validate<WorkspaceInvitationBody>().Idempotent();
        group.MapPost("/bulk", InviteManyAsync).Validate<WorkspaceInvitationsBody>().Idempotent();
        group.MapGet("/", ListAsync);
        group.MapDelete("/{invitationId:uuid}", RevokeAsync);
        group.MapPost("/{invitationId:uuid}/resend", ResendAsync);
    }

    private static async Task<Results<Created<InvitationAnswer>, ProblemHttpResult>> InviteAsync(
        Guid wsId, WorkspaceInvitationBody body, HttpContext http, Inviting inviting, TimeProvider clock, CancellationToken ct)
    {
        var wanted = new NewInvitation(
            Place(wsId), RoleNames.Parse(body.Role), InvitationBodyRules.Address(body.Email), body.UserId is { } user ? new UserId(user) : null, Message: null, InvitationBodyRules.Life(body.ExpiresInHours));
        return InvitationReplies.Created(await inviting.InviteAsync(http.Call(), wanted, ct), $"/api/workspaces/{wsId}/invitations", clock);
    }

    private static async Task<Results<Ok<InvitedAnswer>, ProblemHttpResult>> InviteManyAsync(
        Guid wsId, WorkspaceInvitationsBody body, HttpContext http, Inviting inviting, TimeProvider clock, CancellationToken ct)
    {
        var wanted = new NewInvitation(Place(wsId), RoleNames.Parse(body.Role), Email: null, User: null, Message: null, InvitationBodyRules.Life(body.ExpiresInHours));
        return InvitationReplies.Invited(await inviting.InviteManyAsync(http.Call(), wanted, InvitationBodyRules.Addresses(body.Emails), ct), clock);
    }

    private static async Task<Results<Ok<PageOf<InvitationAnswer>>, ProblemHttpResult>> ListAsync(
        Guid wsId, PageRequest page, HttpContext http, InvitationQueries queries, TimeProvider clock, CancellationToken ct) =>
        InvitationReplies.Page(await queries.ListAsync(http.Actor(), Place(wsId), page.Slice(), ct), page, clock);

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        Guid wsId, Guid invitationId, HttpContext http, Inviting inviting, CancellationToken ct) =>
        InvitationReplies.Nothing(await inviting.RevokeAsync(http.Call(), Place(wsId), new InvitationId(invitationId), ct));

    private static async Task<Results<Ok<InvitationAnswer>, ProblemHttpResult>> ResendAsync(
        Guid wsId, Guid invitationId, HttpContext http, Inviting inviting, TimeProvider clock, CancellationToken ct) =>
        InvitationReplies.Ok(await inviting.ResendAsync(http.Call(), Place(wsId), new InvitationId(invitationId), ct), clock);

    private static InvitationPlace Place(Guid wsId) => InvitationPlace.Of(new WorkspaceId(wsId));
}
