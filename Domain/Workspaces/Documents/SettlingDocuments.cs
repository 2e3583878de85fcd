using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>
/// Brings a document to where the rows say it has to be. Harmless at any time, by any node, any number of times: what a crash left
/// undone between the two stores is done by the next call.
/// </summary>
public sealed class SettlingDocuments(IDocumentSource source, IWorkspaceDocuments documents)
{
    /// <summary>Follows name, owner and files, then writes the sections that are pending.</summary>
    public async Task<Result<Done>> SettleAsync(WorkspaceId workspace, CancellationToken ct)
    {
        // The head before the facts: these are then as new or newer, and a newer revision brings its own call.
        if (await source.HeadAsync(workspace, ct) is not { } head) return default(Done);
        if (await source.FactsAsync(workspace, head.Revision, ct) is not { } facts) return default(Done);
        var followed = await documents.FollowAsync(facts, ct);
        if (followed.Error is not null || head.Pending is not { } sections) return followed;
        var replaced = await documents.ReplaceAsync(workspace, head.Version, sections, ct);
        if (replaced.Error is null) await source.SettledAsync(workspace, head.Version, ct);
        return replaced;
    }

    /// <summary>The document as it has to be now, settled first when it is not there yet.</summary>
    internal async Task<Result<WorkspaceDocument>> CurrentAsync(WorkspaceId workspace, CancellationToken ct)
    {
        var head = await source.HeadAsync(workspace, ct);
        var found = await documents.FindAsync(workspace, ct);
        if (found.Error is { } error) return error;
        if (found.Value is { } present && head?.Pending is null) return present;
        if ((await SettleAsync(workspace, ct)).Error is { } unsettled) return unsettled;
        found = await documents.FindAsync(workspace, ct);
        if (found.Error is { } again) return again;
        return found.Value is { } document ? document : Access.AccessErrors.WorkspaceNotFound;
    }
}
