using System.Globalization;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.History;

/// <summary>A version that was restored, and the text that the file has since.</summary>
public sealed record Restored(FileVersion Version, FileText Text);

/// <summary>Lists, shows, compares and restores versions.</summary>
public sealed class UsingVersions(
    FileFinder finder, FileTexts texts, IVersionStore versions, KeepingVersions keeping, RoomDirectory rooms, Changes changes)
{
    /// <summary>Newest first, below number <paramref name="before"/> when given.</summary>
    public async Task<Result<IReadOnlyList<FileVersion>>> ListAsync(
        Actor actor, WorkspaceId workspace, FileId file, int take, long? before, CancellationToken ct)
    {
        var found = await finder.FindAsync(actor, workspace, file, Permission.FilesRead, ct);
        return found.Error is { } denied ? denied : Result<IReadOnlyList<FileVersion>>.Of(await versions.ListAsync(file, take, before, ct));
    }

    /// <summary>One version with its text.</summary>
    public async Task<Result<VersionText>> ReadAsync(Actor actor, WorkspaceId workspace, FileId file, long n, CancellationToken ct)
    {
        var found = await finder.FindAsync(actor, workspace, file, Permission.FilesRead, ct);
        return found.Error is { } denied ? denied : await versions.ReadAsync(file, n, ct);
    }

    /// <summary>The unified difference from version <paramref name="n"/> to version <paramref name="to"/>, or to the text of now; empty when they are equal.</summary>
    public async Task<Result<string>> DiffAsync(Actor actor, WorkspaceId workspace, FileId file, long n, long? to, CancellationToken ct)
    {
        var found = await finder.FindAsync(actor, workspace, file, Permission.FilesRead, ct);
        if (!found.TryGet(out var entry, out var denied)) return denied;
        if (!(await versions.ReadAsync(file, n, ct)).TryGet(out var before, out var unread)) return unread;
        var other = to is { } m
            ? (await versions.ReadAsync(file, m, ct)).Map(version => version.Text)
            : await texts.ReadNowAsync(file, head: null, ct);
        if (!other.TryGet(out var after, out var error)) return error;
        return UnifiedDiff.Between(before.Text, after, $"a/{entry.Path}\tversion {Number(n)}", $"b/{entry.Path}\t{(to is { } named ? $"version {Number(named)}" : "now")}");
    }

    /// <summary>
    /// Makes the text equal to that of a version by the smallest edit, which reaches open editors like any other; what is there before is kept as an
    /// automatic version, so that a restore can be taken back.
    /// </summary>
    public async Task<Result<Restored>> RestoreAsync(Call call, WorkspaceId workspace, FileId file, long n, CancellationToken ct)
    {
        var found = await finder.FindAsync(call.Actor, workspace, file, Permission.FilesEdit, ct);
        if (!found.TryGet(out var entry, out var denied)) return denied;
        if (!(await versions.ReadAsync(file, n, ct)).TryGet(out var version, out var unread)) return unread;
        var before = await keeping.KeepAutomaticallyAsync(workspace, file, null, entry.UpdatedBy, ct);
        if (before.Error is { } unkept) return unkept;
        if (!(await rooms.EnterAsync(file, ct)).TryGet(out var lease, out var error)) return error;
        using (lease)
        {
            var replaced = await lease.Room.ReplaceTextAsync(call.User, version.Text, ifMatch: null, ct);
            if (!replaced.TryGet(out var text, out var refused)) return refused;
            return await changes.RunAsync<Restored>(
                async token =>
                {
                    var fields = new FieldChanges().Set("n", n).Set("hash", text.Hash);
                    await changes.AuditAsync(call, workspace, "version.restore", "file", file.ToString(), fields, token);
                    return new Restored(version.Version, text);
                },
                ct);
        }
    }

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);
}
