namespace CollabHub.Domain.Files;

/// <summary>One file of a workspace; its text lives in the edit log under the same id.</summary>
/// <param name="Id">The identity of the file and of its document's history.</param>
/// <param name="Workspace">The workspace that it belongs to.</param>
/// <param name="Path">Canonical path, <c>/</c> between names, without a leading one.</param>
/// <param name="Language">The language of the text, as editors name it, or null.</param>
/// <param name="Size">UTF-8 bytes of the text; follows edits within seconds.</param>
/// <param name="UpdatedAt">When the last edit committed.</param>
/// <param name="UpdatedBy">Who made it.</param>
public sealed record FileEntry(
    FileId Id, WorkspaceId Workspace, string Path, string? Language, long Size, DateTimeOffset UpdatedAt, UserId? UpdatedBy);
