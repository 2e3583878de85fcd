using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Archives;

/// <summary>What an import did.</summary>
/// <param name="Created">Files that are new.</param>
/// <param name="Updated">Files that were there and got the archive's text as an edit.</param>
/// <param name="Unchanged">Paths whose file had that text already.</param>
/// <param name="Skipped">Entries that are no part of the tree.</param>
public sealed record Imported(
    IReadOnlyList<FileEntry> Created, IReadOnlyList<FileEntry> Updated, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Skipped);

/// <summary>Brings a whole tree into a workspace: new paths become files, known ones edits of the live text. Nothing is removed.</summary>
/// <remarks>
/// Whatever can be refused is refused before anything changes. New files appear in one transaction; the edits follow, each as durable as one that is typed. If the
/// store goes away between, the same import again does the rest.
/// </remarks>
public sealed class ImportingFiles(
    AccessGuard guard, IFileStore files, RoomDirectory rooms, Changes changes, IIdSource ids, FileLimits limits, ArchiveLimits archives)
{
    /// <summary>Imports a zip archive.</summary>
    /// <returns>What it did, or the errors of <see cref="ZipReading"/>, <c>file.too_many</c>, <c>workspace.too_large</c>, <c>file.path_taken</c>, <c>file.damaged</c>.</returns>
    public async Task<Result<Imported>> ImportAsync(Call call, WorkspaceId workspace, Stream zip, CancellationToken ct)
    {
        var access = await guard.RequireFilesAsync(call.Actor, workspace, Permission.FilesEdit, ct);
        if (access.Error is { } denied) return denied;
        if (!ZipReading.Read(zip, archives).TryGet(out var archive, out var refused)) return refused;
        var present = (await files.ListAsync(workspace, ct)).ToDictionary(file => KeyOf(file.Path));
        var edits = new List<(FileEntry File, RoomLease Room, string Text)>();
        try
        {
            foreach (var file in archive.Files)
            {
                if (!present.TryGetValue(file.Path.Key, out var known)) continue;
                if (!(await rooms.EnterAsync(known.Id, ct)).TryGet(out var lease, out var error)) return error;
                edits.Add((known, lease, file.Text));
                if (lease.Room.IsDamaged) return EditErrors.Damaged;
            }
            var news = archive.Files.Where(file => !present.ContainsKey(file.Path.Key)).ToList();
            var growth = Growth(archive, present);
            if (!(await CreateAsync(call, workspace, news, edits.Count, growth, ct)).TryGet(out var created, out var failed)) return failed;
            var (updated, unchanged) = (new List<FileEntry>(), new List<string>());
            foreach (var (file, room, text) in edits)
            {
                if (!(await ReplaceAsync(call.User, room.Room, text, ct)).TryGet(out var changed, out var error)) return error;
                if (changed) updated.Add(file with { Size = Encoding.UTF8.GetByteCount(text), UpdatedAt = changes.Now, UpdatedBy = call.User });
                else unchanged.Add(file.Path);
            }
            return new Imported(created, updated, unchanged, archive.Skipped);
        }
        finally
        {
            foreach (var (_, lease, _) in edits) lease.Dispose();
        }
    }

    private static string KeyOf(string path) => FilePath.Parse(path).Match(parsed => parsed.Key, _ => path);

    private static long Growth(Archive archive, Dictionary<string, FileEntry> present) =>
        archive.Files.Sum(file => (long)Encoding.UTF8.GetByteCount(file.Text) - (present.TryGetValue(file.Path.Key, out var known) ? known.Size : 0));

    // Where one file would be a folder of another one.
    private static bool IsObstructed(List<ArchivedFile> news, IReadOnlyList<FileEntry> present)
    {
        var added = news.Select(file => file.Path.Key).ToHashSet(StringComparer.Ordinal);
        var all = present.Select(file => KeyOf(file.Path)).ToHashSet(StringComparer.Ordinal);
        return all.Any(key => FilePath.Folders(key).Any(added.Contains)) || added.Any(key => FilePath.Folders(key).Any(folder => all.Contains(folder) || added.Contains(folder)));
    }

    private static async Task<Result<bool>> ReplaceAsync(UserId user, FileRoom room, string text, CancellationToken ct)
    {
        if (await room.ReadTextAsync(ct) is not { } before) return EditErrors.StoreUnavailable;
        var replaced = await room.ReplaceTextAsync(user, text, ifMatch: null, ct);
        return replaced.Map(after => after.Hash != before.Hash);
    }

    private Task<Result<IReadOnlyList<FileEntry>>> CreateAsync(
        Call call, WorkspaceId workspace, List<ArchivedFile> news, int known, long growth, CancellationToken ct) =>
        changes.RunAsync<IReadOnlyList<FileEntry>>(
            async token =>
            {
                if (news.Count > 0 && await files.CountAsync(workspace, token) + news.Count > limits.FilesPerWorkspace) return FileErrors.TooMany;
                if (growth > 0 && await files.SizeAsync(workspace, token) + growth > limits.BytesPerWorkspace) return FileErrors.WorkspaceTooLarge;
                if (news.Count > 0 && IsObstructed(news, await files.ListAsync(workspace, token))) return FileErrors.PathTaken;
                var created = new List<FileEntry>();
                foreach (var file in news)
                {
                    var added = FileSeed.Create(workspace, file.Path, file.Text, language: null, call.User, changes.Now, ids);
                    if (!await files.AddAsync(added.File, file.Path, added.Update, ids.Next(), added.Client, token)) return FileErrors.PathTaken;
                    created.Add(added.File);
                    changes.Publish(new FileAdded(workspace, added.File.Id));
                }
                var fields = new FieldChanges().Set("created", created.Count).Set("existing", known).Set("paths", created.Select(file => file.Path).ToArray());
                await changes.AuditAsync(call, workspace, "files.import", "workspace", workspace.ToString(), fields, token);
                return created;
            },
            ct);
}
