using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Text;
using CollabHub.Hubs.Apps;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Endpoints;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Deployments;

/// <summary><c>/api/deployments</c> and the deployments of a session.</summary>
public static class DeploymentsEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapDeployments(this IEndpointRouteBuilder routes)
    {
        var ofSession = routes.MapApiGroup("/sessions/{sessionId:uuid}", "Deployments");
        ofSession.MapPost("/deployments", DeployAsync).Validate<NewDeploymentBody>().Idempotent();
        ofSession.MapGet("/deployments", ListAsync);
        ofSession.MapGet("/past-deployments", PastAsync);
        routes.MapApiGroup("/runtimes", "Deployments").MapGet("/", Runtimes);
        var group = routes.MapApiGroup("/deployments/{deploymentId:uuid}", "Deployments");
        group.MapGet("/", GetAsync);
        group.MapPatch("/", EditAsync).Validate<DeploymentPatch>();
        group.MapPost("/stop", StopAsync).Validate<StopBody>();
        group.MapPost("/restart", RestartAsync);
        group.MapGet("/diff", DiffAsync);
        group.MapGet("/logs", DeploymentLogs.SendAsync).Produces<string>(StatusCodes.Status200OK, "text/plain", "text/event-stream");
        group.MapPost("/ticket", TicketAsync);
        group.MapGet("/participants", ParticipantsAsync);
        group.MapPut("/participants/{userId:uuid}", SetParticipantAsync).Validate<DeploymentRoleBody>();
        group.MapDelete("/participants/{userId:uuid}", RemoveParticipantAsync);
    }

    private static Ok<RuntimesAnswer> Runtimes(AppRuntimes runtimes) => TypedResults.Ok(new RuntimesAnswer([.. runtimes.All.Select(RuntimeAnswer.From)]));

    private static async Task<Results<Accepted<DeploymentAnswer>, ProblemHttpResult>> DeployAsync(
        Guid sessionId, NewDeploymentBody? body, HttpContext http, Deploying deploying, DeploymentRules rules, CancellationToken ct)
    {
        var deployed = await deploying.DeployAsync(http.Call(), new SessionId(sessionId), DeploymentNames.ParseVisibility(body?.Visibility), ct);
        return Accepted(deployed, Role.Owner, rules);
    }

    private static async Task<Results<Ok<PageOf<DeploymentAnswer>>, ProblemHttpResult>> ListAsync(
        Guid sessionId, PageRequest page, HttpContext http, DeploymentQueries queries, DeploymentGuard guard, DeploymentRules rules, CancellationToken ct)
    {
        var listed = await queries.ListAsync(http.Actor(), new SessionId(sessionId), page.Slice(), ct);
        if (!listed.TryGet(out var rows, out var refused)) return refused.ToProblem();
        var roles = new Dictionary<DeploymentId, Role>();
        foreach (var row in rows) roles[row.Id] = (await guard.FindAsync(http.Actor(), row.Id, ct))?.Role ?? Role.None;
        return TypedResults.Ok(page.ToPage(rows, row => row.CreatedAt, row => row.Id.Value, row => DeploymentAnswer.From(row, roles[row.Id], rules)));
    }

    private static async Task<Results<Ok<PageOf<PastDeploymentAnswer>>, ProblemHttpResult>> PastAsync(
        Guid sessionId, PageRequest page, HttpContext http, DeploymentQueries queries, CancellationToken ct)
    {
        var listed = await queries.PastAsync(http.Actor(), new SessionId(sessionId), page.Slice(), ct);
        return listed.Match<Results<Ok<PageOf<PastDeploymentAnswer>>, ProblemHttpResult>>(
            rows => TypedResults.Ok(page.ToPage(rows, row => row.Deployment.StoppedAt!.Value, row => row.Id, PastDeploymentAnswer.From)),
            error => error.ToProblem());
    }

    private static async Task<Results<Ok<DeploymentAnswer>, ProblemHttpResult>> GetAsync(
        Guid deploymentId, HttpContext http, DeploymentQueries queries, DeploymentRules rules, CancellationToken ct)
    {
        var found = await queries.GetAsync(http.Actor(), new DeploymentId(deploymentId), ct);
        return found.Match<Results<Ok<DeploymentAnswer>, ProblemHttpResult>>(
            access => TypedResults.Ok(DeploymentAnswer.From(access.Deployment, access.Role, rules)), error => error.ToProblem());
    }

    private static async Task<Results<Ok<DeploymentAnswer>, ProblemHttpResult>> EditAsync(
        Guid deploymentId, DeploymentPatch body, HttpContext http, OperatingDeployments operating, DeploymentRules rules, CancellationToken ct)
    {
        var edited = await operating.ShowToAsync(http.Call(), new DeploymentId(deploymentId), DeploymentNames.ParseVisibility(body.Visibility)!.Value, ct);
        return edited.Match<Results<Ok<DeploymentAnswer>, ProblemHttpResult>>(
            deployment => TypedResults.Ok(DeploymentAnswer.From(deployment, Role.Owner, rules)), error => error.ToProblem());
    }

    private static async Task<Results<Accepted<DeploymentAnswer>, ProblemHttpResult>> StopAsync(
        Guid deploymentId, StopBody? body, HttpContext http, OperatingDeployments operating, DeploymentGuard guard, DeploymentRules rules, CancellationToken ct)
    {
        TextRules.TryText(body?.Reason, DeploymentBodies.MaxReason, out var note);
        var id = new DeploymentId(deploymentId);
        return Accepted(await operating.StopAsync(http.Call(), id, note, ct), await RoleAsync(http, guard, id, ct), rules);
    }

    private static async Task<Results<Accepted<DeploymentAnswer>, ProblemHttpResult>> RestartAsync(
        Guid deploymentId, HttpContext http, OperatingDeployments operating, DeploymentGuard guard, DeploymentRules rules, CancellationToken ct)
    {
        var id = new DeploymentId(deploymentId);
        return Accepted(await operating.RestartAsync(http.Call(), id, ct), await RoleAsync(http, guard, id, ct), rules);
    }

    private static async Task<Results<Ok<DiffAnswer>, ProblemHttpResult>> DiffAsync(
        Guid deploymentId, HttpContext http, DeploymentQueries queries, CancellationToken ct)
    {
        var diff = await queries.DiffAsync(http.Actor(), new DeploymentId(deploymentId), ct);
        return diff.Match<Results<Ok<DiffAnswer>, ProblemHttpResult>>(
            files => TypedResults.Ok(new DiffAnswer([.. files.Select(DriftAnswer.From)])), error => error.ToProblem());
    }

    private static async Task<Results<Ok<AppTicketAnswer>, ProblemHttpResult>> TicketAsync(
        Guid deploymentId, HttpContext http, DeploymentGuard guard, AppTickets tickets, CancellationToken ct)
    {
        var access = await guard.RequireAsync(http.Actor(), new DeploymentId(deploymentId), Permission.DeploymentUse, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused.ToProblem();
        if (!granted.Deployment.IsLive) return DeploymentErrors.Ended.ToProblem();
        var ticket = tickets.Issue(http.User, granted.Deployment.Id);
        return TypedResults.Ok(new AppTicketAnswer($"{granted.Deployment.Url.TrimEnd('/')}{AppGate.Path}?ticket={ticket}", AppTickets.TicketSeconds));
    }

    private static async Task<Results<Ok<PageOf<DeploymentParticipantAnswer>>, ProblemHttpResult>> ParticipantsAsync(
        Guid deploymentId, PageRequest page, HttpContext http, ManagingDeploymentParticipants managing, CancellationToken ct)
    {
        var listed = await managing.ListAsync(http.Actor(), new DeploymentId(deploymentId), page.Slice(), ct);
        return listed.Match<Results<Ok<PageOf<DeploymentParticipantAnswer>>, ProblemHttpResult>>(
            rows => TypedResults.Ok(page.ToPage(rows, row => row.JoinedAt, row => row.User.Value, DeploymentParticipantAnswer.From)),
            error => error.ToProblem());
    }

    private static async Task<Results<Ok<DeploymentParticipantAnswer>, ProblemHttpResult>> SetParticipantAsync(
        Guid deploymentId, Guid userId, DeploymentRoleBody body, HttpContext http, ManagingDeploymentParticipants managing, CancellationToken ct)
    {
        var set = await managing.SetAsync(http.Call(), new DeploymentId(deploymentId), new UserId(userId), DeploymentNames.ParseRole(body.Role), ct);
        return set.Match<Results<Ok<DeploymentParticipantAnswer>, ProblemHttpResult>>(
            participant => TypedResults.Ok(DeploymentParticipantAnswer.From(participant)), error => error.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveParticipantAsync(
        Guid deploymentId, Guid userId, HttpContext http, ManagingDeploymentParticipants managing, CancellationToken ct)
    {
        var removed = await managing.RemoveAsync(http.Call(), new DeploymentId(deploymentId), new UserId(userId), ct);
        return removed.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }

    private static async Task<Role> RoleAsync(HttpContext http, DeploymentGuard guard, DeploymentId id, CancellationToken ct) =>
        (await guard.FindAsync(http.Actor(), id, ct))?.Role ?? Role.None;

    private static Results<Accepted<DeploymentAnswer>, ProblemHttpResult> Accepted(Result<Deployment> result, Role role, DeploymentRules rules) =>
        result.Match<Results<Accepted<DeploymentAnswer>, ProblemHttpResult>>(
            deployment => TypedResults.Accepted($"/api/deployments/{deployment.Id}", DeploymentAnswer.From(deployment, role, rules)), error => error.ToProblem());
}
