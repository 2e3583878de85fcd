namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>How far a workspace's document has to be.</summary>
/// <param name="Revision">Of name, owner and files.</param>
/// <param name="Version">Of the sections.</param>
/// <param name="Pending">The sections of <paramref name="Version"/>, until the document store has them.</param>
public sealed record DocumentHead(long Revision, long Version, DocumentSections? Pending);

/// <summary>The relational side of workspace documents: what they follow, and the one arbiter of their versions.</summary>
public interface IDocumentSource
{
    /// <summary>The head; null when there never was such a workspace.</summary>
    Task<DocumentHead?> HeadAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>What the rows say now: <paramref name="revision"/> or later.</summary>
    Task<DocumentFacts?> FactsAsync(WorkspaceId workspace, long revision, CancellationToken ct);

    /// <summary>
    /// Commits to the next version, in the caller's transaction: its sections become pending and its tags searchable. False when
    /// <paramref name="from"/> is not the version any more, or its own sections are still pending.
    /// </summary>
    Task<bool> IntendAsync(WorkspaceId workspace, long from, DocumentSections sections, DateTimeOffset now, CancellationToken ct);

    /// <summary>The document store has the sections of this version.</summary>
    Task SettledAsync(WorkspaceId workspace, long version, CancellationToken ct);
}
