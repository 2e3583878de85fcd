using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Files;

/// <summary>Bounds of a workspace's tree.</summary>
/// <param name="FilesPerWorkspace">Files that a workspace may hold.</param>
public sealed record FileLimits(int FilesPerWorkspace = 2000);

/// <summary>Creating, listing, moving and deleting files, and their text as a whole.</summary>
public sealed class FileCatalog(
    IFileStore files, AccessGuard guard, IUnitOfWork work, IAuditLog audit, ILiveEvents live, RoomDirectory rooms, TimeProvider time,
    IIdSource ids, FileLimits limits)
{
    /// <summary>The files of a workspace, by path.</summary>
    public async Task<Result<IReadOnlyList<FileEntry>>> ListAsync(Actor actor, WorkspaceId workspace, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(actor, workspace, Permission.FilesRead, ct);
        return access.Error is { } error ? error : new(await files.ListAsync(workspace, ct));
    }

    /// <summary>One file of a workspace.</summary>
    public async Task<Result<FileEntry>> FindAsync(Actor actor, WorkspaceId workspace, FileId file, CancellationToken ct) =>
        await FindAsync(actor, workspace, file, Permission.FilesRead, ct);

    /// <summary>Creates a file; its content, if any, becomes the first record of its log.</summary>
    public async Task<Result<FileEntry>> CreateAsync(
        Actor actor, WorkspaceId workspace, string? path, string? content, string? language, CallOrigin origin, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(actor, workspace, Permission.FilesEdit, ct);
        if (access.Error is { } denied) return denied;
        if (!FilePath.Parse(path).TryGet(out var parsed, out var invalid)) return invalid;
        var text = content ?? "";
        var size = Encoding.UTF8.GetByteCount(text);
        if (size > rooms.Options.MaxTextBytes) return FileErrors.ContentTooLarge;
        var user = actor.User!.Value;
        var entry = new FileEntry(new FileId(ids.Next()), workspace, parsed.Value, language ?? FileLanguages.Of(parsed.Value), size, time.GetUtcNow(), user);
        var client = ClientIds.Draw(ids);
        var seed = Seed(text, client);
        return await work.RunAsync<FileEntry>(
            async token =>
            {
                if (await files.CountAsync(workspace, token) >= limits.FilesPerWorkspace) return FileErrors.TooMany;
                if (!await files.AddAsync(entry, parsed, seed, ids.Next(), seed.Length == 0 ? null : client, token)) return FileErrors.PathTaken;
                await audit.AppendAsync(Entry("file.create", workspace, user, entry.Id, null, new() { ["path"] = entry.Path }, origin), token);
                work.AfterCommit(() => live.Publish(new FileAdded(workspace, entry.Id)));
                return entry;
            },
            ct);
    }

    /// <summary>Renames or moves a file while others edit it.</summary>
    public async Task<Result<FileEntry>> MoveAsync(
        Actor actor, WorkspaceId workspace, FileId file, string? path, CallOrigin origin, CancellationToken ct)
    {
        var found = await FindAsync(actor, workspace, file, Permission.FilesEdit, ct);
        if (!found.TryGet(out var before, out var denied)) return denied;
        if (!FilePath.Parse(path).TryGet(out var parsed, out var invalid)) return invalid;
        var language = FileLanguages.Of(parsed.Value) ?? before.Language;
        return await work.RunAsync<FileEntry>(
            async token =>
            {
                if (!await files.MoveAsync(file, parsed, language, time.GetUtcNow(), token)) return FileErrors.PathTaken;
                await audit.AppendAsync(
                    Entry("file.move", workspace, actor.User!.Value, file, new() { ["path"] = before.Path }, new() { ["path"] = parsed.Value }, origin), token);
                work.AfterCommit(() => live.Publish(new FileChanged(workspace, file)));
                return before with { Path = parsed.Value, Language = language };
            },
            ct);
    }

    /// <summary>Deletes a file: open editors are told and closed.</summary>
    public async Task<Result<Done>> DeleteAsync(Actor actor, WorkspaceId workspace, FileId file, CallOrigin origin, CancellationToken ct)
    {
        var found = await FindAsync(actor, workspace, file, Permission.FilesEdit, ct);
        if (!found.TryGet(out var entry, out var denied)) return denied;
        return await work.RunAsync<Done>(
            async token =>
            {
                await files.DeleteAsync(file, time.GetUtcNow(), token);
                await audit.AppendAsync(
                    Entry("file.delete", workspace, actor.User!.Value, file, new() { ["path"] = entry.Path }, null, origin), token);
                work.AfterCommit(() =>
                {
                    rooms.Shut(file);
                    live.Publish(new FileRemoved(workspace, file));
                });
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
        Actor actor, WorkspaceId workspace, FileId file, ReadOnlyMemory<byte> utf8, string? ifMatch, CallOrigin origin, CancellationToken ct)
    {
        var found = await FindAsync(actor, workspace, file, Permission.FilesEdit, ct);
        if (found.Error is { } denied) return denied;
        if (utf8.Length > rooms.Options.MaxTextBytes) return FileErrors.ContentTooLarge;
        if (!System.Text.Unicode.Utf8.IsValid(utf8.Span)) return FileErrors.ContentInvalid;
        var entered = await rooms.EnterAsync(file, ct);
        if (!entered.TryGet(out var lease, out var error)) return error;
        using (lease)
        {
            var replaced = await lease.Room.ReplaceTextAsync(actor.User!.Value, Encoding.UTF8.GetString(utf8.Span), ifMatch, ct);
            if (!replaced.TryGet(out var text, out var refused)) return refused;
            return await work.RunAsync<FileText>(
                async token =>
                {
                    await audit.AppendAsync(
                        Entry("file.write", workspace, actor.User!.Value, file, null, new() { ["size"] = text.Utf8.Length, ["hash"] = text.Hash }, origin), token);
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

    private static byte[] Seed(string text, long client)
    {
        if (text.Length == 0) return [];
        using var document = new YDocument();
        return document.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(0, 0, text)]) ?? [];
    }

    private static AuditEntry Entry(
        string action, WorkspaceId workspace, UserId user, FileId file, Dictionary<string, object?>? before, Dictionary<string, object?>? after,
        CallOrigin origin) => new(workspace, user, action, "file", file.ToString(), before, after, origin);
}
