using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Invitations;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary><c>/api/invitations</c>: those addressed to the caller, and links.</summary>
public static class InvitationsEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/invitations", "Invitations");
        group.MapGet("/", MineAsync);
        group.MapPost("/{invitationId:uuid}/accept", AcceptAsync);
        group.MapPost("/{invitationId:uuid}/decline", DeclineAsync);
        group.MapGet("/by-token/{token}", PreviewAsync).AllowAnonymous();
        group.MapPost("/by-token/{token}/accept", AcceptByTokenAsync);
    }

    private static async Task<Results<Ok<PageOf<InvitationAnswer>>, ProblemHttpResult>> MineAsync(
        string? status, PageRequest page, HttpContext http, InvitationQueries queries, TimeProvider clock, CancellationToken ct)
    {
        var wanted = InvitationStatusNames.Parse(status);
        if (status is not null && wanted is null)
        {
            return GeneralErrors.Invalid("status", "must be pending, accepted, declined, revoked or expired").ToProblem();
        }
        return TypedResults.Ok(InvitationReplies.Page(await queries.MineAsync(http.UserId(), wanted, page.Slice(), ct), page, clock));
    }

    private static async Task<Results<Ok<InvitationAnswer>, ProblemHttpResult>> AcceptAsync(
        Guid invitationId, HttpContext http, AnsweringInvitations answering, TimeProvider clock, CancellationToken ct) =>
        InvitationReplies.Ok(await answering.AcceptAsync(http.Call(), new InvitationId(invitationId), ct), clock);

    private static async Task<Results<Ok<InvitationAnswer>, ProblemHttpResult>> DeclineAsync(
        Guid invitationId, HttpContext http, AnsweringInvitations answering, TimeProvider clock, CancellationToken ct) =>
        InvitationReplies.Ok(await answering.DeclineAsync(http.Call(), new InvitationId(invitationId), ct), clock);

    private static async Task<Results<Ok<InvitationPreview>, ProblemHttpResult>> PreviewAsync(
        string token, InvitationQueries queries, TimeProvider clock, CancellationToken ct)
    {
        var found = await queries.ByTokenAsync(token, ct);
        return found.Match<Results<Ok<InvitationPreview>, ProblemHttpResult>>(
            view => TypedResults.Ok(InvitationPreview.From(view, clock.GetUtcNow())), error => error.ToProblem());
    }

    private static async Task<Results<Ok<InvitationAnswer>, ProblemHttpResult>> AcceptByTokenAsync(
        string token, HttpContext http, AnsweringInvitations answering, TimeProvider clock, CancellationToken ct) =>
        InvitationReplies.Ok(await answering.AcceptByTokenAsync(http.Call(), token, ct), clock);
}
