using System.IO.Compression;
using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;
using CollabHub.Domain.History;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Archives;

/// <summary>A workspace to write out.</summary>
/// <param name="Name">The workspace's name.</param>
/// <param name="Files">In the order of the archive: by path, ordinal.</param>
public sealed record Export(string Name, IReadOnlyList<FileEntry> Files);

/// <summary>Writes a whole tree as a zip archive, one text in memory at a time.</summary>
public sealed class ExportingFiles(AccessGuard guard, IWorkspaceStore workspaces, IFileStore files, FileTexts texts)
{
    // What a zip archive can say: even seconds from 1980 on.
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What there is to write, for someone who may read it.</summary>
    public async Task<Result<Export>> PrepareAsync(Actor actor, WorkspaceId workspace, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(actor, workspace, Permission.FilesRead, ct);
        if (access.Error is { } denied) return denied;
        var found = await workspaces.FindAsync(workspace, ct);
        if (found is null) return AccessErrors.WorkspaceNotFound;
        var listed = await files.ListAsync(workspace, ct);
        return new Export(found.Name, [.. listed.OrderBy(file => file.Path, StringComparer.Ordinal)]);
    }

    /// <summary>Writes it; a file that is deleted meanwhile is left out. Throws when a text cannot be read, so that no archive looks whole and is not.</summary>
    public async Task WriteAsync(Export export, Stream to, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(export);
        await using var waiting = new WaitingBytes();
        using (var archive = new ZipArchive(waiting, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var file in export.Files)
            {
                var read = await texts.ReadNowAsync(file.Id, head: null, ct);
                if (read.TryGet(out var text, out var error)) Write(archive, file, text);
                else if (error.Kind != ErrorKind.NotFound) throw new IOException($"The text of a file cannot be read: {error.Code}.");
                await waiting.PassOnAsync(to, ct);
            }
        }
        await waiting.PassOnAsync(to, ct);
    }

    private static void Write(ZipArchive archive, FileEntry file, string text)
    {
        var entry = archive.CreateEntry(file.Path, CompressionLevel.Optimal);
        entry.LastWriteTime = file.UpdatedAt < Earliest ? Earliest : file.UpdatedAt.ToUniversalTime();
        using var content = entry.Open();
        content.Write(Encoding.UTF8.GetBytes(text));
    }
}
