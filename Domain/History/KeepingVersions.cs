using System.Security.Cryptography;
using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.History;

/// <summary>Makes versions: by hand, and by itself after a pause, before a restore and for a deployment.</summary>
public sealed class KeepingVersions(FileFinder finder, FileTexts texts, IVersionStore versions, Changes changes, VersionRules rules)
{
    /// <summary>Keeps the text of this moment under an optional name.</summary>
    public async Task<Result<FileVersion>> KeepAsync(Call call, WorkspaceId workspace, FileId file, string? name, CancellationToken ct)
    {
        var found = await finder.FindAsync(call.Actor, workspace, file, Permission.FilesEdit, ct);
        if (found.Error is { } denied) return denied;
        if (!(await texts.ReadDurableAsync(file, ct)).TryGet(out var text, out var error)) return error;
        var version = New(string.IsNullOrWhiteSpace(name) ? null : Names.Clean(name), VersionKind.Named, text, call.User);
        return await changes.RunAsync<FileVersion>(
            async token =>
            {
                if (await versions.CountAsync(file, VersionKind.Named, token) >= rules.Named) return VersionErrors.TooMany;
                var added = await versions.AddAsync(file, version, token);
                var fields = new FieldChanges().Set("n", added.N).Set("name", added.Name).Set("hash", added.Hash);
                await changes.AuditAsync(call, workspace, "version.create", "file", file.ToString(), fields, token);
                return added;
            },
            ct);
    }

    /// <summary>
    /// Keeps the text of this moment without being asked by a person: the newest version if it says the same already, else a new automatic one. For pauses,
    /// and for whoever needs exact contents to point at, such as a deployment.
    /// </summary>
    /// <param name="workspace">Where the file is.</param>
    /// <param name="file">The file; whoever calls has decided that it may be read.</param>
    /// <param name="name">What is shown for it, such as the deployment it was made for; null for none.</param>
    /// <param name="by">Who edited last, or caused it.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The version, or <c>file.not_found</c>, <c>store.unavailable</c>.</returns>
    public async Task<Result<FileVersion>> KeepAutomaticallyAsync(
        WorkspaceId workspace, FileId file, string? name, UserId? by, CancellationToken ct)
    {
        if (!(await texts.ReadDurableAsync(file, ct)).TryGet(out var text, out var error)) return error;
        return await KeepAutomaticallyAsync(file, text, name, by, ct);
    }

    /// <summary>Keeps a text that the caller has read from the log; the newest version if it is not older or says the same, else a new automatic one.</summary>
    public Task<Result<FileVersion>> KeepAutomaticallyAsync(FileId file, TextAt text, string? name, UserId? by, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(text);
        var version = New(name, VersionKind.Automatic, text, by);
        return changes.RunAsync<FileVersion>(
            async token =>
            {
                // Counting holds the workspace: two nodes that both found the file quiet make one version.
                await versions.CountAsync(file, VersionKind.Automatic, token);
                if (await versions.NewestAsync(file, token) is { } newest && (newest.Seq >= version.Seq || newest.Hash == version.Hash))
                {
                    await versions.CoverAsync(file, text.Seq, changes.Now, token);
                    return newest;
                }
                var added = await versions.AddAsync(file, version, token);
                await versions.TrimAsync(file, rules.Automatic, token);
                return added;
            },
            ct);
    }

    private NewVersion New(string? name, VersionKind kind, TextAt text, UserId? by) => new(
        name, kind, text.Seq, text.Text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Text))), changes.Now, by);
}
