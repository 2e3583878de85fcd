using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;

namespace CollabHub.Domain.History;

/// <summary>A file under its workspace, for someone who may do something with it.</summary>
public sealed class FileFinder(AccessGuard guard, IFileStore files)
{
    /// <summary>The file; <c>file.not_found</c> also when it belongs to another workspace.</summary>
    public async Task<Result<FileEntry>> FindAsync(Actor actor, WorkspaceId workspace, FileId file, Permission permission, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(actor, workspace, permission, ct);
        if (access.Error is { } error) return error;
        var entry = await files.FindAsync(file, ct);
        return entry is null || entry.Workspace != workspace ? AccessErrors.FileNotFound : entry;
    }
}
