using CollabHub.Domain.Operations;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Endpoints;
using CollabHub.Hubs.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CollabHub.Hubs.Operations;

/// <summary>The state of the whole at one moment.</summary>
/// <param name="At">That moment.</param>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>: the worst of the checks of the node that answers.</param>
/// <param name="Checks">Each dependency by name.</param>
/// <param name="IsPartial">The line to the other nodes is down.</param>
/// <param name="Nodes">Every live node.</param>
/// <param name="Sessions">Sessions with someone in them.</param>
/// <param name="People">Different people in sessions.</param>
/// <param name="Connections">Open connections on all nodes.</param>
/// <param name="OpenFiles">Open files, counted on each node.</param>
/// <param name="UnsavedBytes">Accepted edits without a commit, on all nodes.</param>
public sealed record Overview(
    DateTimeOffset At, string Status, IReadOnlyDictionary<string, string> Checks, bool IsPartial, IReadOnlyList<NodeFrame> Nodes, int Sessions, int People,
    long Connections, long OpenFiles, long UnsavedBytes);

/// <summary><c>GET /api/ops/overview</c>.</summary>
public static class OverviewEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapOverview(this WebApplication app) => app.MapApiGroup("/ops", "Operations").MapGet("/overview", GetAsync);

    private static async Task<Results<Ok<Overview>, ProblemHttpResult>> GetAsync(
        HttpContext http, Operators operators, INodeRegistry registry, IPresence presence, HealthCheckService health, TimeProvider time, CancellationToken ct)
    {
        var allowed = await operators.RequireAsync(http.Actor(), ct);
        if (allowed.Error is { } refused) return refused.ToProblem();
        var sessions = await presence.ReadAsync(PresenceScope.All, ct);
        var report = await health.CheckHealthAsync(ct);
        var nodes = NodesFrame.From(registry, time.GetUtcNow());
        return TypedResults.Ok(new Overview(
            nodes.At, Word(report.Status), report.Entries.ToDictionary(entry => entry.Key, entry => Word(entry.Value.Status)), nodes.IsPartial, nodes.Nodes,
            sessions.Count, sessions.SelectMany(session => session.Participants).Select(person => person.User).Distinct().Count(),
            nodes.Nodes.Sum(node => node.Connections), nodes.Nodes.Sum(node => node.OpenFiles), nodes.Nodes.Sum(node => node.UnsavedBytes)));
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
