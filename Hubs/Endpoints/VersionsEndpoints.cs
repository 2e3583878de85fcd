using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.History;
using CollabHub.Domain.People;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace CollabHub.Hubs.Endpoints;

/// <summary>The body of a new version.</summary>
/// <param name="Name">What it is called; may be absent.</param>
public sealed record NewVersionBody(string? Name);

/// <summary>A version.</summary>
/// <param name="N">1, 2, 3 … in each file.</param>
/// <param name="Name">What someone called it.</param>
/// <param name="Kind"><c>named</c> or <c>automatic</c>.</param>
/// <param name="Seq">The number of the last edit in it.</param>
/// <param name="Size">UTF-8 bytes.</param>
/// <param name="Hash">SHA-256 of the text, hex.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it; of an automatic one who edited last.</param>
/// <param name="CreatedByName">How that person is called.</param>
public sealed record VersionAnswer(
    long N, string? Name, string Kind, long Seq, long Size, string Hash, DateTimeOffset CreatedAt, Guid? CreatedBy, string? CreatedByName);

/// <summary>A version with its text.</summary>
/// <param name="N">1, 2, 3 … in each file.</param>
/// <param name="Name">What someone called it.</param>
/// <param name="Kind"><c>named</c> or <c>automatic</c>.</param>
/// <param name="Seq">The number of the last edit in it.</param>
/// <param name="Size">UTF-8 bytes.</param>
/// <param name="Hash">SHA-256 of the text, hex.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it; of an automatic one who edited last.</param>
/// <param name="CreatedByName">How that person is called.</param>
/// <param name="Content">The text.</param>
public sealed record VersionContentAnswer(
    long N, string? Name, string Kind, long Seq, long Size, string Hash, DateTimeOffset CreatedAt, Guid? CreatedBy, string? CreatedByName, string Content);

internal sealed class NewVersionBodyValidator : AbstractValidator<NewVersionBody>
{
    public NewVersionBodyValidator() => RuleFor(body => body.Name).Says(name => Names.Problem(name));
}

/// <summary>The versions of a file.</summary>
public static class VersionsEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapVersions(this IEndpointRouteBuilder routes)
    {
        var versions = routes.MapApiGroup("/workspaces/{wsId:uuid}/files/{fileId:uuid}/versions", "History");
        versions.MapGet("/", ListAsync);
        versions.MapPost("/", CreateAsync).Validate<NewVersionBody>().Idempotent();
        versions.MapGet("/{n:long:min(1)}", ReadAsync);
        versions.MapPost("/{n:long:min(1)}/restore", RestoreAsync).Idempotent();
        versions.MapGet("/{n:long:min(1)}/diff", DiffAsync).Produces<string>(StatusCodes.Status200OK, "text/x-diff");
    }

    private static async Task<Results<Ok<PageOf<VersionAnswer>>, ProblemHttpResult>> ListAsync(
        Guid wsId, Guid fileId, PageRequest page, HttpContext context, UsingVersions versions, PeopleNames names, CancellationToken ct)
    {
        long? before = page.After is { } after ? long.Parse(after, CultureInfo.InvariantCulture) : null;
        var listed = await versions.ListAsync(context.Actor(), new WorkspaceId(wsId), new FileId(fileId), page.Take, before, ct);
        if (!listed.TryGet(out var rows, out var error)) return error.ToProblem();
        var people = await names.OfAsync(rows.Select(version => version.CreatedBy), ct);
        return TypedResults.Ok(page.ToPage(rows, version => version.N.ToString(CultureInfo.InvariantCulture), version => ToAnswer(version, people)));
    }

    private static async Task<Results<Created<VersionAnswer>, ProblemHttpResult>> CreateAsync(
        Guid wsId, Guid fileId, NewVersionBody body, HttpContext context, KeepingVersions keeping, PeopleNames names, CancellationToken ct)
    {
        var kept = await keeping.KeepAsync(context.Call(), new WorkspaceId(wsId), new FileId(fileId), body.Name, ct);
        if (!kept.TryGet(out var version, out var error)) return error.ToProblem();
        var answer = ToAnswer(version, await names.OfAsync([version.CreatedBy], ct));
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/workspaces/{wsId}/files/{fileId}/versions/{version.N}"), answer);
    }

    private static async Task<Results<Ok<VersionContentAnswer>, ProblemHttpResult>> ReadAsync(
        Guid wsId, Guid fileId, long n, HttpContext context, UsingVersions versions, PeopleNames names, CancellationToken ct)
    {
        var read = await versions.ReadAsync(context.Actor(), new WorkspaceId(wsId), new FileId(fileId), n, ct);
        if (!read.TryGet(out var version, out var error)) return error.ToProblem();
        var (v, text) = (ToAnswer(version.Version, await names.OfAsync([version.Version.CreatedBy], ct)), version.Text);
        return TypedResults.Ok(new VersionContentAnswer(v.N, v.Name, v.Kind, v.Seq, v.Size, v.Hash, v.CreatedAt, v.CreatedBy, v.CreatedByName, text));
    }

    private static async Task<Results<Ok<VersionAnswer>, ProblemHttpResult>> RestoreAsync(
        Guid wsId, Guid fileId, long n, HttpContext context, UsingVersions versions, PeopleNames names, CancellationToken ct)
    {
        var restored = await versions.RestoreAsync(context.Call(), new WorkspaceId(wsId), new FileId(fileId), n, ct);
        if (!restored.TryGet(out var done, out var error)) return error.ToProblem();
        context.Response.Headers.ETag = new EntityTagHeaderValue($"\"{done.Text.Hash}\"").ToString();
        return TypedResults.Ok(ToAnswer(done.Version, await names.OfAsync([done.Version.CreatedBy], ct)));
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> DiffAsync(
        Guid wsId, Guid fileId, long n, long? to, HttpContext context, UsingVersions versions, CancellationToken ct)
    {
        var compared = await versions.DiffAsync(context.Actor(), new WorkspaceId(wsId), new FileId(fileId), n, to, ct);
        return compared.Match<Results<ContentHttpResult, ProblemHttpResult>>(
            diff => TypedResults.Text(diff, "text/x-diff", System.Text.Encoding.UTF8), error => error.ToProblem());
    }

    private static VersionAnswer ToAnswer(FileVersion version, IReadOnlyDictionary<UserId, string> people) => new(
        version.N, version.Name, version.Kind == VersionKind.Named ? "named" : "automatic", version.Seq, version.Size, version.Hash, version.CreatedAt,
        version.CreatedBy?.Value, version.CreatedBy is { } user ? people.GetValueOrDefault(user) : null);
}

/// <summary>How people are called, for answers that name them.</summary>
public sealed class PeopleNames(IPeople people)
{
    // An answer names a few people; one that names thousands shows the first.
    private const int Most = 200;

    /// <summary>The display names of the accounts that exist.</summary>
    public async Task<IReadOnlyDictionary<UserId, string>> OfAsync(IEnumerable<UserId?> users, CancellationToken ct)
    {
        var names = new Dictionary<UserId, string>();
        foreach (var user in users.OfType<UserId>().Distinct().Take(Most))
        {
            if (await people.FindAsync(user, ct) is { } person) names[user] = person.DisplayName;
        }
        return names;
    }
}
