using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>What a new workspace takes over from its template.</summary>
/// <param name="Template">The template.</param>
/// <param name="Files">Path, language and text of each file.</param>
/// <param name="Sections">Settings, deployment and tags; never the environment's secrets.</param>
public sealed record TemplateContent(WorkspaceId Template, IReadOnlyList<TemplateFile> Files, DocumentSections Sections);

/// <summary>One file of a template.</summary>
public sealed record TemplateFile(string Path, string? Language, string Text);

/// <summary>Copies templates: files as new files with histories of their own, and the settings that are worth copying.</summary>
public sealed class TemplateCopying(
    AccessGuard guard, IWorkspaceStore workspaces, IFileStore files, RoomDirectory rooms, SettlingDocuments settling, IDocumentSource source,
    IIdSource ids, DocumentLimits limits)
{
    /// <summary>Reads a template as it is this moment; who can read the workspace may use it.</summary>
    public async Task<Result<TemplateContent>> ReadAsync(Actor actor, WorkspaceId template, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, template, Permission.WorkspaceRead, ct);
        if (access.Error is not null || await workspaces.FindAsync(template, ct) is not { IsTemplate: true }) return DocumentErrors.NoTemplate;
        var entries = await files.ListAsync(template, ct);
        if (entries.Sum(entry => entry.Size) > limits.TemplateBytes) return DocumentErrors.TemplateTooLarge;
        var current = await settling.CurrentAsync(template, ct);
        if (!current.TryGet(out var document, out var error)) return error;
        var copies = new List<TemplateFile>();
        long bytes = 0;
        foreach (var entry in entries)
        {
            var read = await TextAsync(entry.Id, ct);
            if (!read.TryGet(out var text, out var unread)) return unread;
            copies.Add(new TemplateFile(entry.Path, entry.Language, text));
            // The rows are a moment behind the text.
            if ((bytes += Encoding.UTF8.GetByteCount(text)) > limits.TemplateBytes) return DocumentErrors.TemplateTooLarge;
        }
        var sections = DocumentSections.Empty with
        {
            Settings = document.Sections.Settings, Deployment = document.Sections.Deployment, Tags = document.Sections.Tags,
        };
        return new TemplateContent(template, copies, sections);
    }

    /// <summary>Writes the copy into a new workspace, in the caller's transaction.</summary>
    internal async Task<Result<Done>> WriteAsync(Workspace workspace, TemplateContent content, CancellationToken ct)
    {
        foreach (var file in content.Files)
        {
            if (!FilePath.Parse(file.Path).TryGet(out var path, out var invalid)) return invalid;
            var seed = FileSeed.Create(workspace.Id, path, file.Text, file.Language, workspace.Owner, workspace.CreatedAt, ids);
            if (!await files.AddAsync(seed.File, path, seed.Update, ids.Next(), seed.Client, ct)) return FileErrors.PathTaken;
        }
        await source.IntendAsync(workspace.Id, 0, content.Sections, workspace.CreatedAt, ct);
        return default(Done);
    }

    private async Task<Result<string>> TextAsync(FileId file, CancellationToken ct)
    {
        var entered = await rooms.EnterAsync(file, ct);
        if (!entered.TryGet(out var lease, out var error)) return error;
        using (lease)
        {
            var text = await lease.Room.ReadTextAsync(ct);
            return text is null ? EditErrors.StoreUnavailable : Encoding.UTF8.GetString(text.Utf8.Span);
        }
    }
}
