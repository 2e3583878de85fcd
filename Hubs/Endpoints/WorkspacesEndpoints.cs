using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Workspaces;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>A new workspace.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it is about.</param>
/// <param name="IsPublic">Whether everyone may read it.</param>
/// <param name="IsTemplate">Whether new workspaces may be made after it.</param>
/// <param name="TemplateId">The template whose files, settings, deployment and tags are copied; one that the caller can read.</param>
public sealed record NewWorkspaceBody(
    string? Name, string? Description = null, bool IsPublic = false, bool IsTemplate = false, Guid? TemplateId = null);

/// <summary>Fields of a workspace to change; what is absent stays, a null description clears it.</summary>
public sealed record WorkspacePatch
{
    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>The description.</summary>
    public Optional<string> Description { get; init; }

    /// <summary>Whether everyone may read it.</summary>
    public bool? IsPublic { get; init; }

    /// <summary>Whether new workspaces may be made after it.</summary>
    public bool? IsTemplate { get; init; }
}

/// <summary>A workspace, with the caller's role on it.</summary>
public sealed record WorkspaceAnswer(
    Guid WorkspaceId, string Name, string? Description, Guid OwnerId, bool IsPublic, bool IsTemplate, string Status, string Role,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset LastActive)
{
    internal static WorkspaceAnswer From(WorkspaceView view)
    {
        var w = view.Workspace;
        return new WorkspaceAnswer(
            w.Id.Value, w.Name, w.Description, w.Owner.Value, w.IsPublic, w.IsTemplate, w.Status.ToName(), view.Role.ToName(),
            w.CreatedAt, w.UpdatedAt, w.LastActive);
    }
}

/// <summary><c>/api/workspaces</c>.</summary>
public static class WorkspacesEndpoints
{
    private const int MaxQuery = 100;

    /// <summary>Maps the routes.</summary>
    public static void MapWorkspaces(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/workspaces", "Workspaces");
        group.MapPost("/", CreateAsync).Validate<NewWorkspaceBody>().Idempotent();
        group.MapGet("/", ListAsync);
        group.MapGet("/{wsId:uuid}", GetAsync).AllowAnonymous();
        group.MapPatch("/{wsId:uuid}", EditAsync).Validate<WorkspacePatch>();
        group.MapDelete("/{wsId:uuid}", DeleteAsync);
        group.MapPost("/{wsId:uuid}/archive", ArchiveAsync);
        group.MapPost("/{wsId:uuid}/restore", RestoreAsync);
        group.MapPost("/{wsId:uuid}/transfer", TransferAsync).Validate<UserBody>();
    }

    private static async Task<Results<Created<WorkspaceAnswer>, ProblemHttpResult>> CreateAsync(
        NewWorkspaceBody body, HttpContext http, CreatingWorkspaces creating, CancellationToken ct)
    {
        var wanted = new NewWorkspace(Names.Clean(body.Name)!, BodyRules.Clean(body.Description), body.IsPublic, body.IsTemplate,
            body.TemplateId is { } template ? new WorkspaceId(template) : null);
        var created = await creating.CreateAsync(http.Call(), wanted, ct);
        return created.Match<Results<Created<WorkspaceAnswer>, ProblemHttpResult>>(
            view => TypedResults.Created($"/api/workspaces/{view.Workspace.Id}", WorkspaceAnswer.From(view)),
            error => error.ToProblem());
    }

    private static async Task<Results<Ok<PageOf<WorkspaceAnswer>>, ProblemHttpResult>> ListAsync(
        string? q, string? status, string? tag, PageRequest page, HttpContext http, WorkspaceQueries queries, CancellationToken ct)
    {
        var wanted = WorkspaceStatusNames.Parse(status);
        if (status is not null && wanted is not (WorkspaceStatus.Active or WorkspaceStatus.Archived)) return GeneralErrors.Invalid("status", "must be active or archived").ToProblem();
        if (q?.Length > MaxQuery) return GeneralErrors.Invalid("q", $"must be at most {MaxQuery} characters").ToProblem();
        if (tag?.Length > MaxQuery) return GeneralErrors.Invalid("tag", $"must be at most {MaxQuery} characters").ToProblem();
        var rows = await queries.ListAsync(http.UserId(), new WorkspaceFilter(q, wanted, tag), page.Slice(), ct);
        return TypedResults.Ok(page.ToPage(rows, row => row.Workspace.CreatedAt, row => row.Workspace.Id.Value, WorkspaceAnswer.From));
    }

    private static async Task<Results<Ok<WorkspaceAnswer>, ProblemHttpResult>> GetAsync(
        Guid wsId, HttpContext http, WorkspaceQueries queries, CancellationToken ct) =>
        Answer(await queries.GetAsync(http.Actor(), new WorkspaceId(wsId), ct));

    private static async Task<Results<Ok<WorkspaceAnswer>, ProblemHttpResult>> EditAsync(
        Guid wsId, WorkspacePatch body, HttpContext http, ManagingWorkspaces managing, CancellationToken ct)
    {
        var edit = new WorkspaceEdit(Names.Clean(body.Name), BodyRules.Clean(body.Description), body.IsPublic, body.IsTemplate);
        return Answer(await managing.EditAsync(http.Call(), new WorkspaceId(wsId), edit, ct));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid wsId, HttpContext http, ManagingWorkspaces managing, CancellationToken ct)
    {
        var deleted = await managing.DeleteAsync(http.Call(), new WorkspaceId(wsId), ct);
        return deleted.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }

    private static async Task<Results<Ok<WorkspaceAnswer>, ProblemHttpResult>> ArchiveAsync(
        Guid wsId, HttpContext http, ManagingWorkspaces managing, CancellationToken ct) =>
        Answer(await managing.ArchiveAsync(http.Call(), new WorkspaceId(wsId), ct));

    private static async Task<Results<Ok<WorkspaceAnswer>, ProblemHttpResult>> RestoreAsync(
        Guid wsId, HttpContext http, ManagingWorkspaces managing, CancellationToken ct) =>
        Answer(await managing.RestoreAsync(http.Call(), new WorkspaceId(wsId), ct));

    private static async Task<Results<Ok<WorkspaceAnswer>, ProblemHttpResult>> TransferAsync(
        Guid wsId, UserBody body, HttpContext http, TransferringWorkspaces transferring, CancellationToken ct) =>
        Answer(await transferring.TransferAsync(http.Call(), new WorkspaceId(wsId), new UserId(body.UserId!.Value), ct));

    private static Results<Ok<WorkspaceAnswer>, ProblemHttpResult> Answer(Result<WorkspaceView> result) =>
        result.Match<Results<Ok<WorkspaceAnswer>, ProblemHttpResult>>(
            view => TypedResults.Ok(WorkspaceAnswer.From(view)), error => error.ToProblem());
}

internal sealed class NewWorkspaceBodyValidator : AbstractValidator<NewWorkspaceBody>
{
    public NewWorkspaceBodyValidator()
    {
        RuleFor(body => body.Name).Says(BodyRules.NameProblem);
        RuleFor(body => body.Description).Says(BodyRules.DescriptionProblem);
    }
}

internal sealed class WorkspacePatchValidator : AbstractValidator<WorkspacePatch>
{
    public WorkspacePatchValidator()
    {
        RuleFor(body => body.Name).Says(BodyRules.NewNameProblem);
        RuleFor(body => body.Description).Says(text => BodyRules.DescriptionProblem(text.Value));
    }
}
