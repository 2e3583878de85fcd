using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Sessions;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>A new session; without a workspace it gets a private one of its own.</summary>
public sealed record NewSessionBody(
    string? Name, string? Description = null, string? Language = null, string? Framework = null, bool IsDynamic = false, Guid? WorkspaceId = null);

/// <summary>Fields of a session to change; what is absent stays, null clears a text.</summary>
public sealed record SessionPatch
{
    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>What it is about.</summary>
    public Optional<string> Description { get; init; }

    /// <summary>How it is run.</summary>
    public Optional<string> Language { get; init; }

    /// <summary>How it is run.</summary>
    public Optional<string> Framework { get; init; }

    /// <summary>Whether its app has a server process.</summary>
    public bool? IsDynamic { get; init; }
}

/// <summary>A session, with the caller's effective role in it.</summary>
public sealed record SessionAnswer(
    Guid SessionId, Guid WorkspaceId, string Name, string? Description, string? Language, string? Framework, bool IsDynamic, Guid OwnerId,
    string Status, string Role, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset LastActive)
{
    /// <summary>The answer for one person.</summary>
    public static SessionAnswer From(SessionView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var s = view.Session;
        return new SessionAnswer(
            s.Id.Value, s.Workspace.Value, s.Name, s.Description, s.Language, s.Framework, s.IsDynamic, s.Owner.Value, s.Status.ToName(),
            view.Role.ToName(), s.CreatedAt, s.UpdatedAt, s.LastActive);
    }
}

/// <summary><c>/api/sessions</c>.</summary>
public static class SessionsEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/sessions", "Sessions");
        group.MapPost("/", OpenAsync).Validate<NewSessionBody>().Idempotent();
        group.MapGet("/", ListAsync);
        group.MapGet("/{sessionId:uuid}", GetAsync);
        group.MapPatch("/{sessionId:uuid}", EditAsync).Validate<SessionPatch>();
        group.MapPost("/{sessionId:uuid}/end", EndAsync);
        group.MapPost("/{sessionId:uuid}/reopen", ReopenAsync);
    }

    private static async Task<Results<Created<SessionAnswer>, ProblemHttpResult>> OpenAsync(
        NewSessionBody body, HttpContext http, OpeningSessions opening, CancellationToken ct)
    {
        var wanted = new NewSession(
            Names.Clean(body.Name)!, BodyRules.Clean(body.Description), BodyRules.Clean(body.Language), BodyRules.Clean(body.Framework),
            body.IsDynamic, body.WorkspaceId is { } id ? new WorkspaceId(id) : null);
        var opened = await opening.OpenAsync(http.Call(), wanted, ct);
        return opened.Match<Results<Created<SessionAnswer>, ProblemHttpResult>>(
            view => TypedResults.Created($"/api/sessions/{view.Session.Id}", SessionAnswer.From(view)),
            error => error.ToProblem());
    }

    private static async Task<Results<Ok<PageOf<SessionAnswer>>, ProblemHttpResult>> ListAsync(
        string? status, PageRequest page, HttpContext http, SessionQueries queries, CancellationToken ct)
    {
        var wanted = SessionStatusNames.Parse(status);
        if (status is not null && wanted is null) return GeneralErrors.Invalid("status", "must be active, idle or ended").ToProblem();
        var rows = await queries.ListAsync(http.UserId(), wanted, page.Slice(), ct);
        return TypedResults.Ok(page.ToPage(rows, row => row.Session.CreatedAt, row => row.Session.Id.Value, SessionAnswer.From));
    }

    private static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> GetAsync(
        Guid sessionId, HttpContext http, SessionQueries queries, CancellationToken ct) =>
        Answer(await queries.GetAsync(http.Actor(), new SessionId(sessionId), ct));

    private static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> EditAsync(
        Guid sessionId, SessionPatch body, HttpContext http, ManagingSessions managing, CancellationToken ct)
    {
        var edit = new SessionEdit(
            Names.Clean(body.Name), BodyRules.Clean(body.Description), BodyRules.Clean(body.Language),
            BodyRules.Clean(body.Framework), body.IsDynamic);
        return Answer(await managing.EditAsync(http.Call(), new SessionId(sessionId), edit, ct));
    }

    private static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> EndAsync(
        Guid sessionId, HttpContext http, ManagingSessions managing, CancellationToken ct) =>
        Answer(await managing.EndAsync(http.Call(), new SessionId(sessionId), ct));

    private static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> ReopenAsync(
        Guid sessionId, HttpContext http, ManagingSessions managing, CancellationToken ct) =>
        Answer(await managing.ReopenAsync(http.Call(), new SessionId(sessionId), ct));

    private static Results<Ok<SessionAnswer>, ProblemHttpResult> Answer(Result<SessionView> result) =>
        result.Match<Results<Ok<SessionAnswer>, ProblemHttpResult>>(view => TypedResults.Ok(SessionAnswer.From(view)), error => error.ToProblem());
}

internal sealed class NewSessionBodyValidator : AbstractValidator<NewSessionBody>
{
    public NewSessionBodyValidator()
    {
        RuleFor(body => body.Name).Says(BodyRules.NameProblem);
        RuleFor(body => body.Description).Says(BodyRules.DescriptionProblem);
        RuleFor(body => body.Language).Says(BodyRules.LabelProblem);
        RuleFor(body => body.Framework).Says(BodyRules.LabelProblem);
    }
}

internal sealed class SessionPatchValidator : AbstractValidator<SessionPatch>
{
    public SessionPatchValidator()
    {
        RuleFor(body => body.Name).Says(BodyRules.NewNameProblem);
        RuleFor(body => body.Description).Says(text => BodyRules.DescriptionProblem(text.Value));
        RuleFor(body => body.Language).Says(text => BodyRules.LabelProblem(text.Value));
        RuleFor(body => body.Framework).Says(text => BodyRules.LabelProblem(text.Value));
    }
}
