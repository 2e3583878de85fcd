using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Endpoints;

/// <summary>What recomputing the hash chain found; <c>firstBroken</c> is the <c>logId</c> of the first row that does not fit.</summary>
public sealed record AuditVerdictAnswer(bool Ok, long Rows, long? FirstBroken);

/// <summary><c>/api/workspaces/{wsId}/audit</c>.</summary>
public static class AuditEndpoints
{
    private const int MaxAction = 100;
    private static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Maps the routes.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapApiGroup("/workspaces/{wsId:uuid}/audit", "Audit");
        group.MapGet("/", ListAsync).Produces<PageOf<AuditRowAnswer>>(StatusCodes.Status200OK, "application/json", AuditExport.Csv, AuditExport.Lines);
        group.MapGet("/verify", VerifyAsync);
    }

    private static async Task<Results<Ok<PageOf<AuditRowAnswer>>, PushStreamHttpResult, ProblemHttpResult>> ListAsync(
        Guid wsId, string? action, string? userId, string? from, string? to, PageRequest page, HttpContext http, ReadingAudit reading,
        IOptions<JsonOptions> json, CancellationToken ct)
    {
        http.Response.Headers.Vary = "Accept";
        if (!TryRead(action, userId, from, to, out var filter, out var error)) return error.ToProblem();
        var workspace = new WorkspaceId(wsId);
        if (AuditExport.FormatOf(http.Request) is { } format)
        {
            var export = await reading.ExportAsync(http.Call(), workspace, filter, format, ct);
            return export.Match<Results<Ok<PageOf<AuditRowAnswer>>, PushStreamHttpResult, ProblemHttpResult>>(
                rows => AuditExport.Stream(wsId, format, rows, json.Value.SerializerOptions, http.RequestAborted), failed => failed.ToProblem());
        }
        var listed = await reading.ListAsync(http.Call(), workspace, filter, page.After is { } after ? AuditPlace.Parse(after) : null, page.Take, ct);
        return listed.Match<Results<Ok<PageOf<AuditRowAnswer>>, PushStreamHttpResult, ProblemHttpResult>>(
            rows => TypedResults.Ok(page.ToPage(rows, row => row.Place.ToString(), AuditRowAnswer.From)), failed => failed.ToProblem());
    }

    private static async Task<Results<Ok<AuditVerdictAnswer>, ProblemHttpResult>> VerifyAsync(
        Guid wsId, HttpContext http, ReadingAudit reading, CancellationToken ct)
    {
        var verified = await reading.VerifyAsync(http.Call(), new WorkspaceId(wsId), ct);
        return verified.Match<Results<Ok<AuditVerdictAnswer>, ProblemHttpResult>>(
            verdict => TypedResults.Ok(new AuditVerdictAnswer(verdict.Ok, verdict.Rows, verdict.FirstBroken)), error => error.ToProblem());
    }

    private static bool TryRead(string? action, string? userId, string? from, string? to, out AuditFilter filter, out CollabError error)
    {
        var problems = new Dictionary<string, string[]>();
        if (action is { Length: 0 or > MaxAction }) problems["action"] = [$"must have 1 to {MaxAction} characters"];
        UserId? user = null;
        if (userId is not null && Guid.TryParseExact(userId, "D", out var id)) user = new UserId(id);
        else if (userId is not null) problems["userId"] = ["must be an id"];
        filter = new AuditFilter(action, user, Time("from", from, problems), Time("to", to, problems));
        error = GeneralErrors.Invalid(problems);
        return problems.Count == 0;
    }

    private static DateTimeOffset? Time(string field, string? text, Dictionary<string, string[]> problems)
    {
        if (text is null) return null;
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return time;
        problems[field] = ["must be a time such as 2026-01-31T12:00:00Z, or a day such as 2026-01-31"];
        return null;
    }
}
