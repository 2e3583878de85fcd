using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Files;

/// <summary>Bounds of a workspace's tree.</summary>
/// <param name="FilesPerWorkspace">Files that a workspace may hold.</param>
/// <param name="BytesPerWorkspace">UTF-8 bytes that creating, importing and replacing texts may fill a workspace to.</param>
public sealed record FileLimits(int FilesPerWorkspace = 2000, long BytesPerWorkspace = 100L * 1024 * 1024);

/// <summary>Creating, listing, moving and deleting files, and their text as a whole.</summary>
public sealed class FileCatalog(
    IFileStore files, AccessGuard guard, Changes changes, RoomDirectory rooms, IIdSource ids, FileLimits limits)
{
    /// <summary>The files of a workspace, by path.</summary>
    public async Task<Result<IReadOnlyList<FileEntry>>> ListAsync(Actor actor, WorkspaceId workspace, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(actor, workspace, Permission.FilesRead, ct);
        return access.Error is { } error ? error : Result<IReadOnlyList<FileEntry>>.Of(await files.ListAsync(workspace, ct));
    }

    /// <summary>One file of a workspace.</summary>
    public async Task<Result<FileEntry>> FindAsync(Actor actor, WorkspaceId workspace, FileId file, CancellationToken ct) =>
        await FindAsync(actor, workspace, file, Permission.FilesRead, ct);

    /// <summary>Creates a file; its content, if any, becomes the first record of its log.</summary>
    public async Task<Result<FileEntry>> CreateAsync(
        Call call, WorkspaceId workspace, string? path, string? content, string? language, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(call.Actor, workspace, Permission.FilesEdit, ct);
        if (access.Error is { } denied) return denied;
        if (!FilePath.Parse(path).TryGet(out var parsed, out var invalid)) return invalid;
        var text = content ?? "";
        if (FileContent.Problem(text, rooms.Options.MaxTextBytes) is { } unfit) return unfit;
        var seed = FileSeed.Create(workspace, parsed, text, language, call.User, changes.Now, ids);
        var entry = seed.File;
        return await changes.RunAsync<FileEntry>(
            async token =>
            {
                if (await files.CountAsync(workspace, token) >= limits.FilesPerWorkspace) return FileErrors.TooMany;
                if (await files.SizeAsync(workspace, token) + entry.Size > limits.BytesPerWorkspace) return FileErrors.WorkspaceTooLarge;
                if (await files.IsObstructedAsync(workspace, parsed, token)) return FileErrors.PathTaken;
                if (!await files.AddAsync(entry, parsed, seed.Update, ids.Next(), seed.Client, token)) return FileErrors.PathTaken;
                await AuditAsync(call, "file.create", entry.Workspace, entry.Id, new FieldChanges().Set("path", entry.Path), token);
                changes.Publish(new FileAdded(workspace, entry.Id));
                return entry;
            },
            ct);
    }

    /// <summary>Renames or moves a file while others edit it.</summary>
    public async Task<Result<FileEntry>> MoveAsync(
        Call call, WorkspaceId workspace, FileId file, string? path, CancellationToken ct)
    {
        var found = await FindAsync(call.Actor, workspace, file, Permission.FilesEdit, ct);
        if (!found.TryGet(out var before, out var denied)) return denied;
        if (!FilePath.Parse(path).TryGet(out var parsed, out var invalid)) return invalid;
        var language = FileLanguages.Of(parsed.Value) ?? before.Language;
        return await changes.RunAsync<FileEntry>(
            async token =>
            {
                if (!await files.MoveAsync(file, parsed, language, changes.Now, token)) return FileErrors.PathTaken;
                await AuditAsync(call, "file.move", workspace, file, new FieldChanges().Add("path", before.Path, parsed.Value), token);
                changes.Publish(new FileChanged(workspace, file));
                return before with { Path = parsed.Value, Language = language };
            },
            ct);
    }

    /// <summary>Deletes a file: open editors are told and closed.</summary>
    public async Task<Result<Done>> DeleteAsync(Call call, WorkspaceId workspace, FileId file, CancellationToken ct)
    {
        var found = await FindAsync(call.Actor, workspace, file, Permission.FilesEdit, ct);
        if (!found.TryGet(out var entry, out var denied)) return denied;
        return await changes.RunAsync<Done>(
            async token =>
            {
                await files.DeleteAsync(file, changes.Now, token);
                await AuditAsync(call, "file.delete", workspace, file, new FieldChanges().Add("path", entry.Path, null), token);
                changes.Publish(new FileRemoved(workspace, file, entry));
                return default(Done);
            },
            ct);
    }

    /// <summary>The text as it is this moment, edits of the last millisecond included.</summary>
    public async Task<Result<FileText>> ReadTextAsync(Actor actor, WorkspaceId workspace, FileId file, CancellationToken ct)
    {
        var found = await FindAsync(actor, workspace, file, Permission.FilesRead, ct);
        if (found.Error is { } denied) return denied;
        var entered = await rooms.EnterAsync(file, ct);
        if (!entered.TryGet(out var lease, out var error)) return error;
        using (lease)
        {
            var text = await lease.Room.ReadTextAsync(ct);
            return text is null ? EditErrors.StoreUnavailable : text;
        }
    }

    /// <summary>Makes the text equal to <paramref name="utf8"/> by the smallest edit, which reaches open editors like any other.</summary>
    public async Task<Result<FileText>> ReplaceTextAsync(
        Call call, WorkspaceId workspace, FileId file, ReadOnlyMemory<byte> utf8, string? ifMatch, CancellationToken ct)
    {
        var found = await FindAsync(call.Actor, workspace, file, Permission.FilesEdit, ct);
        if (!found.TryGet(out var entry, out var denied)) return denied;
        if (!FileContent.Decode(utf8.Span, rooms.Options.MaxTextBytes).TryGet(out var whole, out var unfit)) return unfit;
        var growth = utf8.Length - entry.Size;
        if (growth > 0 && await files.SizeAsync(workspace, ct) + growth > limits.BytesPerWorkspace) return FileErrors.WorkspaceTooLarge;
        var entered = await rooms.EnterAsync(file, ct);
        if (!entered.TryGet(out var lease, out var error)) return error;
        using (lease)
        {
            var replaced = await lease.Room.ReplaceTextAsync(call.User, whole, ifMatch, ct);
            if (!replaced.TryGet(out var text, out var refused)) return refused;
            return await changes.RunAsync<FileText>(
                async token =>
                {
                    var fields = new FieldChanges().Set("size", text.Utf8.Length).Set("hash", text.Hash);
                    await AuditAsync(call, "file.write", workspace, file, fields, token);
                    return text;
                },
                ct);
        }
    }

    private async Task<Result<FileEntry>> FindAsync(Actor actor, WorkspaceId workspace, FileId file, Permission permission, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(actor, workspace, permission, ct);
        if (access.Error is { } error) return error;
        var entry = await files.FindAsync(file, ct);
        return entry is null || entry.Workspace != workspace ? AccessErrors.FileNotFound : entry;
    }

    private Task AuditAsync(Call call, string action, WorkspaceId workspace, FileId file, FieldChanges fields, CancellationToken ct) =>
        changes.AuditAsync(call, workspace, action, "file", file.ToString(), fields, ct);
}
