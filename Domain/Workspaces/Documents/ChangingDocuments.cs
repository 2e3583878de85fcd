using System.Text.Json;
using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>A document as one person may see it.</summary>
/// <param name="Document">The document.</param>
/// <param name="ShowsEnvironment">Whether the environment is shown: to members, not to everybody who may read a public workspace.</param>
public sealed record DocumentView(WorkspaceDocument Document, bool ShowsEnvironment);

/// <summary>Reads workspace documents.</summary>
public sealed class DocumentQueries(AccessGuard guard, SettlingDocuments settling)
{
    /// <summary>The document as it is now.</summary>
    public async Task<Result<DocumentView>> GetAsync(Actor actor, WorkspaceId id, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, id, Permission.WorkspaceRead, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        var current = await settling.CurrentAsync(id, ct);
        return current.Map(document => new DocumentView(document, granted.Member != Role.None));
    }
}

/// <summary>Changes the sections of workspace documents.</summary>
public sealed class ChangingDocuments(
    AccessGuard guard, SettlingDocuments settling, IDocumentSource source, ISecretSeal seal, DocumentLimits limits, Changes changes)
{
    // Each failed try means that another change got through.
    private const int MaxTries = 100;

    /// <summary>Applies a merge patch.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="id">The workspace.</param>
    /// <param name="sent">The patch, RFC 7396.</param>
    /// <param name="ifMatch">The versions that the document may have; null for any.</param>
    /// <param name="ct">Gives up waiting; the change may still happen.</param>
    /// <remarks>
    /// The version is taken in the tables, in the transaction of the audit row, and the document follows: two changes can never be made from
    /// the same version, and a change that was answered survives the loss of either side's connection.
    /// </remarks>
    public async Task<Result<DocumentView>> PatchAsync(Call call, WorkspaceId id, JsonElement sent, IReadOnlySet<long>? ifMatch, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        if ((await AllowedAsync(call, id, ct)).Error is { } denied) return denied;
        if (!DocumentPatch.Read(sent).TryGet(out var patch, out var invalid)) return invalid;
        for (var tried = 0; tried < MaxTries; tried++)
        {
            var current = await settling.CurrentAsync(id, ct);
            if (!current.TryGet(out var before, out var error)) return error;
            if (ifMatch is not null && !ifMatch.Contains(before.Version)) return DocumentErrors.Changed;
            var applied = patch.Apply(id, before.Sections, seal, limits);
            if (!applied.TryGet(out var sections, out var refused)) return refused;
            var fields = DocumentPatch.Between(before.Sections, sections);
            if (fields.IsEmpty) return new DocumentView(before, true);
            var intended = await IntendAsync(call, id, before.Version, sections, fields, ct);
            if (!intended.TryGet(out var won, out refused)) return refused;
            if (won) return await TakeEffectAsync(id, before.Version + 1, ct);
        }
        return DocumentErrors.Unavailable;
    }

    private async Task<Result<Done>> AllowedAsync(Call call, WorkspaceId id, CancellationToken ct)
    {
        var access = await guard.RequireAsync(call.Actor, id, Permission.WorkspaceManage, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        return granted.IsArchived ? AccessErrors.WorkspaceArchived : default(Done);
    }

    private Task<Result<bool>> IntendAsync(
        Call call, WorkspaceId id, long from, DocumentSections sections, Audit.FieldChanges fields, CancellationToken ct) => changes.RunAsync<bool>(
        async token =>
        {
            // Asked again where the answer holds until the commit.
            if ((await AllowedAsync(call, id, token)).Error is { } denied) return denied;
            if (!await source.IntendAsync(id, from, sections, changes.Now, token)) return false;
            await changes.AuditAsync(call, id, "workspace.document", "workspace", id.ToString(), fields, token);
            return true;
        },
        ct);

    private async Task<Result<DocumentView>> TakeEffectAsync(WorkspaceId id, long version, CancellationToken ct)
    {
        var current = await settling.CurrentAsync(id, ct);
        if (!current.TryGet(out var document, out var error)) return error.Kind == ErrorKind.Unavailable ? DocumentErrors.Pending : error;
        return document.Version >= version ? new DocumentView(document, true) : DocumentErrors.Pending;
    }
}
