using CollabHub.Domain;
using CollabHub.Domain.History;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Who wrote a line.</summary>
/// <param name="Line">1, 2, 3 …</param>
/// <param name="UserId">Who wrote the newest piece of it.</param>
/// <param name="At">When.</param>
public sealed record BlameLine(int Line, Guid? UserId, DateTimeOffset? At);

/// <summary>How someone is called.</summary>
/// <param name="UserId">The account.</param>
/// <param name="DisplayName">The name.</param>
public sealed record PersonName(Guid UserId, string DisplayName);

/// <summary>Who wrote a file.</summary>
/// <param name="Lines">One entry for each line.</param>
/// <param name="People">Everyone in the lines.</param>
/// <param name="Truncated">Whether there are more lines than one answer holds.</param>
public sealed record BlameAnswer(IReadOnlyList<BlameLine> Lines, IReadOnlyList<PersonName> People, bool Truncated);

/// <summary>Who wrote what.</summary>
public static class BlameEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapBlame(this IEndpointRouteBuilder routes) =>
        routes.MapApiGroup("/workspaces/{wsId:uuid}/files/{fileId:uuid}/blame", "History").MapGet("/", BlameAsync);

    private static async Task<Results<Ok<BlameAnswer>, ProblemHttpResult>> BlameAsync(
        Guid wsId, Guid fileId, HttpContext context, Blaming blaming, PeopleNames names, CancellationToken ct)
    {
        var blamed = await blaming.BlameAsync(context.Actor(), new WorkspaceId(wsId), new FileId(fileId), ct);
        if (!blamed.TryGet(out var blame, out var error)) return error.ToProblem();
        var people = await names.OfAsync(blame.Lines.Select(line => line.User), ct);
        return TypedResults.Ok(new BlameAnswer(
            [.. blame.Lines.Select(line => new BlameLine(line.Line, line.User?.Value, line.At))],
            [.. people.Select(person => new PersonName(person.Key.Value, person.Value))],
            blame.Truncated));
    }
}
