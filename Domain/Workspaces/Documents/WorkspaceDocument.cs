namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>A workspace's document: what is known of it besides its rows. Stored as one document, changed as one.</summary>
/// <param name="Id">The store's own id, 24 hex digits.</param>
/// <param name="Workspace">The workspace; unique in the store.</param>
/// <param name="Owner">Follows the workspace's row.</param>
/// <param name="Name">Follows the workspace's row.</param>
/// <param name="Files">Follows the rows of files; never their text.</param>
/// <param name="Sections">What people change.</param>
/// <param name="Analytics">Counters by name, see <see cref="DocumentCounters"/>; only ever incremented.</param>
/// <param name="Revision">How far <paramref name="Owner"/>, <paramref name="Name"/> and <paramref name="Files"/> follow the rows.</param>
/// <param name="Version">Goes up with each change of <paramref name="Sections"/>; 0 for a document that nobody changed.</param>
public sealed record WorkspaceDocument(
    string Id, WorkspaceId Workspace, UserId Owner, string Name, IReadOnlyList<DocumentFile> Files, DocumentSections Sections,
    IReadOnlyDictionary<string, long> Analytics, long Revision, long Version);

/// <summary>One file of a workspace, as its document lists it.</summary>
/// <param name="Id">The file.</param>
/// <param name="Path">Its canonical path.</param>
/// <param name="Language">The language of the text, or null.</param>
/// <param name="Size">UTF-8 bytes.</param>
/// <param name="Hash">SHA-256 of the text, hex; null until the text was first measured.</param>
/// <param name="UpdatedAt">UTC, whole milliseconds: what document stores keep.</param>
/// <param name="UpdatedBy">Who edited last, when known.</param>
public sealed record DocumentFile(
    FileId Id, string Path, string? Language, long Size, string? Hash, DateTimeOffset UpdatedAt, UserId? UpdatedBy);

/// <summary>What the rows say about a workspace at one revision: all that its document has to follow.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Name">Its name.</param>
/// <param name="Files">Its files, by path.</param>
/// <param name="Revision">1 when the workspace is created, one more with every change; orders what arrives late.</param>
/// <param name="IsDeleted">The workspace is gone: nothing of the document may stay but its place, which keeps late writers out.</param>
public sealed record DocumentFacts(
    WorkspaceId Workspace, UserId Owner, string Name, IReadOnlyList<DocumentFile> Files, long Revision, bool IsDeleted);

/// <summary>The names under <c>analytics</c>.</summary>
public static class DocumentCounters
{
    /// <summary>Files opened in editors.</summary>
    public const string Opens = "opens";

    /// <summary>Edits that became durable.</summary>
    public const string Edits = "edits";

    /// <summary>Sessions opened on the workspace.</summary>
    public const string Sessions = "sessions";

    /// <summary>Deployments started.</summary>
    public const string Deployments = "deployments";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Opens, Edits, Sessions, Deployments];
}
