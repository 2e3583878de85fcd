using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Sessions;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>A role in a session to give.</summary>
/// <param name="Role"><c>editor</c> or <c>viewer</c>.</param>
public sealed record ParticipantPatch(string? Role);

/// <summary>A participant; who has been removed is not listed, so <c>isActive</c> is true.</summary>
public sealed record ParticipantAnswer(
    Guid UserId, string Username, string DisplayName, string Role, DateTimeOffset JoinedAt, DateTimeOffset LastActive, bool IsActive)
{
    internal static ParticipantAnswer From(Participant p) =>
        new(p.User.Value, p.Username, p.DisplayName, p.Role.ToName(), p.JoinedAt, p.LastActive, IsActive: true);
}

/// <summary><c>/api/sessions/{sessionId}/participants</c>.</summary>
public static class ParticipantsEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapParticipants(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/sessions/{sessionId:uuid}/participants", "Participants");
        group.MapGet("/", ListAsync);
        group.MapPatch("/{userId:uuid}", SetRoleAsync).Validate<ParticipantPatch>();
        group.MapDelete("/{userId:uuid}", RemoveAsync);
    }

    private static async Task<Results<Ok<PageOf<ParticipantAnswer>>, ProblemHttpResult>> ListAsync(
        Guid sessionId, PageRequest page, HttpContext http, SessionQueries queries, CancellationToken ct)
    {
        var participants = await queries.ParticipantsAsync(http.Actor(), new SessionId(sessionId), page.Slice(), ct);
        return participants.Match<Results<Ok<PageOf<ParticipantAnswer>>, ProblemHttpResult>>(
            rows => TypedResults.Ok(page.ToPage(rows, row => row.JoinedAt, row => row.User.Value, ParticipantAnswer.From)),
            error => error.ToProblem());
    }

    private static async Task<Results<Ok<ParticipantAnswer>, ProblemHttpResult>> SetRoleAsync(
        Guid sessionId, Guid userId, ParticipantPatch body, HttpContext http, ManagingParticipants managing, CancellationToken ct)
    {
        var set = await managing.SetRoleAsync(http.Call(), new SessionId(sessionId), new UserId(userId), RoleNames.Parse(body.Role), ct);
        return set.Match<Results<Ok<ParticipantAnswer>, ProblemHttpResult>>(
            participant => TypedResults.Ok(ParticipantAnswer.From(participant)), error => error.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        Guid sessionId, Guid userId, HttpContext http, ManagingParticipants managing, CancellationToken ct)
    {
        var removed = await managing.RemoveAsync(http.Call(), new SessionId(sessionId), new UserId(userId), ct);
        return removed.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }
}

internal sealed class ParticipantPatchValidator : AbstractValidator<ParticipantPatch>
{
    public ParticipantPatchValidator() => RuleFor(body => body.Role).Says(BodyRules.SessionRoleProblem);
}
