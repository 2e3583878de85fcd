using CollabHub.Domain;
using CollabHub.Domain.Archives;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CollabHub.Hubs.Endpoints;

/// <summary>What an import did.</summary>
/// <param name="Created">Files that are new.</param>
/// <param name="Updated">Files that got the archive's text as an edit.</param>
/// <param name="Unchanged">Paths whose file had that text already.</param>
/// <param name="Skipped">Entries that are no part of the tree, such as <c>__MACOSX/</c>.</param>
public sealed record ImportAnswer(
    IReadOnlyList<FileEntryFrame> Created, IReadOnlyList<FileEntryFrame> Updated, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Skipped);

/// <summary>A whole tree out and in.</summary>
public static class ArchiveEndpoints
{
    private const string Zip = "application/zip";

    // What browsers on Windows call it.
    private const string WindowsZip = "application/x-zip-compressed";

    /// <summary>Maps the routes.</summary>
    public static void MapArchives(this IEndpointRouteBuilder routes, LimitsOptions limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var archives = routes.MapApiGroup("/workspaces/{wsId:uuid}/files.zip", "Files");
        archives.MapGet("/", ExportAsync).AllowAnonymous().Produces<byte[]>(StatusCodes.Status200OK, Zip);
        archives.MapPost("/", ImportAsync).Accepts<byte[]>(Zip, WindowsZip).Idempotent().WithMetadata(new RequestSizeLimitAttribute(limits.UploadBytes));
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(
        Guid wsId, HttpContext context, ExportingFiles exporting, CancellationToken ct)
    {
        var prepared = await exporting.PrepareAsync(context.Actor(), new WorkspaceId(wsId), ct);
        if (!prepared.TryGet(out var export, out var error)) return error.ToProblem();
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(FileNameOf(export.Name));
        context.Response.Headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(body => exporting.WriteAsync(export, body, ct), Zip);
    }

    private static async Task<Results<Ok<ImportAnswer>, ProblemHttpResult>> ImportAsync(
        Guid wsId, HttpContext context, ImportingFiles importing, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, ct);
        body.Position = 0;
        var imported = await importing.ImportAsync(context.Call(), new WorkspaceId(wsId), body, ct);
        return imported.Match<Results<Ok<ImportAnswer>, ProblemHttpResult>>(
            done => TypedResults.Ok(new ImportAnswer(
                [.. done.Created.Select(FileEntryFrame.From)], [.. done.Updated.Select(FileEntryFrame.From)], done.Unchanged, done.Skipped)),
            error => error.ToProblem());
    }

    // Path separators and what file systems refuse become dashes; the header encodes the rest.
    private static string FileNameOf(string name) => string.Concat(name.Select(c => char.IsControl(c) || "\\/:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '-' : c)) + ".zip";
}
