using CollabHub.Domain.Errors;
using CollabHub.Domain.Invitations;
using CollabHub.Hubs.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Results of invitation use cases as HTTP results.</summary>
internal static class InvitationReplies
{
    public static Results<Created<InvitationAnswer>, ProblemHttpResult> Created(Result<IssuedInvitation> result, string list, TimeProvider clock) =>
        result.Match<Results<Created<InvitationAnswer>, ProblemHttpResult>>(
            issued => TypedResults.Created(
                $"{list}/{issued.View.Invitation.Id}", InvitationAnswer.From(issued.View, clock.GetUtcNow(), issued.Link)),
            error => error.ToProblem());

    public static Results<Ok<InvitedAnswer>, ProblemHttpResult> Invited(Result<IReadOnlyList<InvitedAddress>> result, TimeProvider clock) =>
        result.Match<Results<Ok<InvitedAnswer>, ProblemHttpResult>>(
            outcomes => TypedResults.Ok(InvitedAnswer.From(outcomes, clock.GetUtcNow())), error => error.ToProblem());

    public static Results<Ok<PageOf<InvitationAnswer>>, ProblemHttpResult> Page(
        Result<IReadOnlyList<InvitationView>> result, PageRequest page, TimeProvider clock) =>
        result.Match<Results<Ok<PageOf<InvitationAnswer>>, ProblemHttpResult>>(
            rows => TypedResults.Ok(Page(rows, page, clock)), error => error.ToProblem());

    public static PageOf<InvitationAnswer> Page(IReadOnlyList<InvitationView> rows, PageRequest page, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return page.ToPage(rows, row => row.Invitation.CreatedAt, row => row.Invitation.Id.Value, row => InvitationAnswer.From(row, now));
    }

    public static Results<Ok<InvitationAnswer>, ProblemHttpResult> Ok(Result<InvitationView> result, TimeProvider clock) =>
        result.Match<Results<Ok<InvitationAnswer>, ProblemHttpResult>>(
            view => TypedResults.Ok(InvitationAnswer.From(view, clock.GetUtcNow())), error => error.ToProblem());

    public static Results<NoContent, ProblemHttpResult> Nothing(Result<Done> result) =>
        result.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
}
