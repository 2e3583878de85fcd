using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>The store of workspace documents. Every change is one document, atomically; nothing here spans two.</summary>
/// <remarks>
/// All changes may be repeated and may arrive late: each carries the number it leads to, and a document never goes back. Every method
/// answers <c>document.unavailable</c> while the store does not answer; whether a change took hold is then unknown, and repeating it is safe
/// (<see cref="CountAsync"/> excepted).
/// </remarks>
public interface IWorkspaceDocuments
{
    /// <summary>What operators call the store, such as <c>MongoDB</c>.</summary>
    string Name { get; }

    /// <summary>The document; null when there is none, or its workspace is deleted.</summary>
    Task<Result<WorkspaceDocument?>> FindAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>Makes the document follow the rows, creating it when there is none; does nothing when it follows a later revision already.</summary>
    Task<Result<Done>> FollowAsync(DocumentFacts facts, CancellationToken ct);

    /// <summary>Writes all sections under <paramref name="version"/>; does nothing when the document has that version or a later one, or is gone.</summary>
    Task<Result<Done>> ReplaceAsync(WorkspaceId workspace, long version, DocumentSections sections, CancellationToken ct);

    /// <summary>Adds to counters under <c>analytics</c>; nothing else changes, the version neither.</summary>
    Task<Result<Done>> CountAsync(WorkspaceId workspace, IReadOnlyDictionary<string, long> counts, CancellationToken ct);

    /// <summary>Whether the store answers.</summary>
    Task<Result<Done>> PingAsync(CancellationToken ct);
}

/// <summary>Hears why a document store does not answer; the host logs it. Must not throw.</summary>
public interface IDocumentObserver
{
    /// <summary>A call failed and was answered with <c>document.unavailable</c>.</summary>
    void Unavailable(Exception exception);
}
