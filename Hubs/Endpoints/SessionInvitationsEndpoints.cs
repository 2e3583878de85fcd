using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Invitations;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary><c>/api/sessions/{sessionId}/invitations</c>.</summary>
public static class SessionInvitationsEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapSessionInvitations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/sessions/{sessionId:uuid}/invitations", "Invitations");
        group.MapPost("/", InviteAsync).Validate<SessionInvitationBody>().Idempotent();
        group.MapPost("/bulk", InviteManyAsync).Validate<SessionInvitationsBody>().Idempotent();
        group.MapGet("/", ListAsync);
        group.MapDelete("/{invitationId:uuid}", RevokeAsync);
        group.MapPost("/{invitationId:uuid}/resend", ResendAsync);
    }

    private static async Task<Results<Created<InvitationAnswer>, ProblemHttpResult>> InviteAsync(
        Guid sessionId, SessionInvitationBody body, HttpContext http, Inviting inviting, TimeProvider clock, CancellationToken ct)
    {
        var wanted = new NewInvitation(
            Place(sessionId), RoleNames.Parse(body.Role), InvitationBodyRules.Address(body.Email), User: null, body.Message, InvitationBodyRules.Life(body.ExpiresInHours));
        return InvitationReplies.Created(await inviting.InviteAsync(http.Call(), wanted, ct), $"/api/sessions/{sessionId}/invitations", clock);
    }

    private static async Task<Results<Ok<InvitedAnswer>, ProblemHttpResult>> InviteManyAsync(
        Guid sessionId, SessionInvitationsBody body, HttpContext http, Inviting inviting, TimeProvider clock, CancellationToken ct)
    {
        var wanted = new NewInvitation(Place(sessionId), RoleNames.Parse(body.Role), Email: null, User: null, body.Message, InvitationBodyRules.Life(body.ExpiresInHours));
        return InvitationReplies.Invited(await inviting.InviteManyAsync(http.Call(), wanted, InvitationBodyRules.Addresses(body.Emails), ct), clock);
    }

    private static async Task<Results<Ok<PageOf<InvitationAnswer>>, ProblemHttpResult>> ListAsync(
        Guid sessionId, PageRequest page, HttpContext http, InvitationQueries queries, TimeProvider clock, CancellationToken ct) =>
        InvitationReplies.Page(await queries.ListAsync(http.Actor(), Place(sessionId), page.Slice(), ct), page, clock);

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        Guid sessionId, Guid invitationId, HttpContext http, Inviting inviting, CancellationToken ct) =>
        InvitationReplies.Nothing(await inviting.RevokeAsync(http.Call(), Place(sessionId), new InvitationId(invitationId), ct));

    private static async Task<Results<Ok<InvitationAnswer>, ProblemHttpResult>> ResendAsync(
        Guid sessionId, Guid invitationId, HttpContext http, Inviting inviting, TimeProvider clock, CancellationToken ct) =>
        InvitationReplies.Ok(await inviting.ResendAsync(http.Call(), Place(sessionId), new InvitationId(invitationId), ct), clock);

    private static InvitationPlace Place(Guid sessionId) => InvitationPlace.Of(new SessionId(sessionId));
}
