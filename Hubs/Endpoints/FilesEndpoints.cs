using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using CollabHub.Hubs.Realtime;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CollabHub.Hubs.Endpoints;

/// <summary>The body of a new file.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">Its text; empty when absent.</param>
/// <param name="Language">Guessed from the path when absent.</param>
public sealed record NewFile(string? Path, string? Content, string? Language);

/// <summary>The body of a rename or move.</summary>
public sealed record FilePatch(string? Path);

/// <summary>The files of a workspace; there are few enough for one answer.</summary>
public sealed record FileList(IReadOnlyList<FileEntryFrame> Items);

/// <summary>Bounds of the bodies.</summary>
public sealed class NewFileValidator : AbstractValidator<NewFile>
{
    /// <summary>The path has rules of its own, see <see cref="FilePath"/>.</summary>
    public NewFileValidator() => RuleFor(file => file.Language).MaximumLength(100);
}

/// <summary>Files and their content.</summary>
public static class FilesEndpoints
{

    // JSON may write one byte of text as six; the text itself has its own bound.
    private const long MaxBody = 16 * 1024 * 1024;

    /// <summary>Maps the routes.</summary>
    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapApiGroup("/workspaces/{wsId:uuid}/files", "Files");
        files.MapGet("/", ListAsync).AllowAnonymous();
        files.MapPost("/", CreateAsync).Validate<NewFile>().Idempotent().WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        files.MapGet("/{fileId:uuid}", FindAsync).AllowAnonymous();
        files.MapPatch("/{fileId:uuid}", MoveAsync);
        files.MapDelete("/{fileId:uuid}", DeleteAsync);
        files.MapGet("/{fileId:uuid}/content", ReadAsync).AllowAnonymous().Produces<string>(StatusCodes.Status200OK, "text/plain");
        files.MapPut("/{fileId:uuid}/content", WriteAsync).Accepts<string>("text/plain").WithMetadata(new RequestSizeLimitAttribute(MaxBody));
    }

    private static async Task<Results<Ok<FileList>, ProblemHttpResult>> ListAsync(
        Guid wsId, HttpContext context, FileCatalog catalog, CancellationToken ct)
    {
        var listed = await catalog.ListAsync(context.Actor(), new WorkspaceId(wsId), ct);
        return listed.Match<Results<Ok<FileList>, ProblemHttpResult>>(
            items => TypedResults.Ok(new FileList([.. items.Select(FileEntryFrame.From)])), error => error.ToProblem());
    }

    private static async Task<Results<Created<FileEntryFrame>, ProblemHttpResult>> CreateAsync(
        Guid wsId, NewFile body, HttpContext context, FileCatalog catalog, CancellationToken ct)
    {
        var created = await catalog.CreateAsync(context.Call(), new WorkspaceId(wsId), body.Path, body.Content, body.Language, ct);
        return created.Match<Results<Created<FileEntryFrame>, ProblemHttpResult>>(
            file => TypedResults.Created($"/api/workspaces/{wsId}/files/{file.Id}", FileEntryFrame.From(file)), error => error.ToProblem());
    }

    private static async Task<Results<Ok<FileEntryFrame>, ProblemHttpResult>> FindAsync(
        Guid wsId, Guid fileId, HttpContext context, FileCatalog catalog, CancellationToken ct)
    {
        var found = await catalog.FindAsync(context.Actor(), new WorkspaceId(wsId), new FileId(fileId), ct);
        return found.Match<Results<Ok<FileEntryFrame>, ProblemHttpResult>>(
            file => TypedResults.Ok(FileEntryFrame.From(file)), error => error.ToProblem());
    }

    private static async Task<Results<Ok<FileEntryFrame>, ProblemHttpResult>> MoveAsync(
        Guid wsId, Guid fileId, FilePatch body, HttpContext context, FileCatalog catalog, CancellationToken ct)
    {
        var moved = await catalog.MoveAsync(context.Call(), new WorkspaceId(wsId), new FileId(fileId), body.Path, ct);
        return moved.Match<Results<Ok<FileEntryFrame>, ProblemHttpResult>>(
            file => TypedResults.Ok(FileEntryFrame.From(file)), error => error.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid wsId, Guid fileId, HttpContext context, FileCatalog catalog, CancellationToken ct)
    {
        var deleted = await catalog.DeleteAsync(context.Call(), new WorkspaceId(wsId), new FileId(fileId), ct);
        return deleted.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(
        Guid wsId, Guid fileId, HttpContext context, FileCatalog catalog, CancellationToken ct)
    {
        var read = await catalog.ReadTextAsync(context.Actor(), new WorkspaceId(wsId), new FileId(fileId), ct);
        return read.Match<Results<FileContentHttpResult, ProblemHttpResult>>(
            text => TypedResults.Bytes(text.Utf8, "text/plain; charset=utf-8", entityTag: TagOf(text)), error => error.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WriteAsync(
        Guid wsId, Guid fileId, HttpContext context, FileCatalog catalog, CancellationToken ct)
    {
        if (!IsPlainText(context.Request)) return ContentErrors.NotText.ToProblem();
        var ifMatch = IfMatch(context.Request);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, ct);
        var written = await catalog.ReplaceTextAsync(
            context.Call(), new WorkspaceId(wsId), new FileId(fileId), body.GetBuffer().AsMemory(0, (int)body.Length), ifMatch, ct);
        if (!written.TryGet(out var text, out var error)) return error.ToProblem();
        context.Response.Headers.ETag = TagOf(text).ToString();
        return TypedResults.NoContent();
    }

    private static EntityTagHeaderValue TagOf(FileText text) => new($"\"{text.Hash}\"");

    private static bool IsPlainText(HttpRequest request) =>
        request.ContentType is null
        || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    private static string? IfMatch(HttpRequest request)
    {
        var tags = request.GetTypedHeaders().IfMatch;
        return tags.Count == 0 || tags[0].Tag == "*" ? null : tags[0].Tag.Value?.Trim('"') ?? "";
    }
}

/// <summary>Refusals around bodies that are text.</summary>
internal static class ContentErrors
{
    /// <summary>The body says that it is something else than UTF-8 text.</summary>
    public static readonly CollabError NotText = new("request.not_text", ErrorKind.Invalid, "Send text/plain in UTF-8.");
}
