namespace CollabHub.Domain.Editing;

/// <summary>Hears of what a room cannot report to a caller; the host logs and counts it. Must not block or throw.</summary>
public interface IRoomObserver
{
    /// <summary>A commit failed and will be tried again.</summary>
    void CommitFailed(FileId file, string code, int attempt);

    /// <summary>The log threw where it should have answered with an error; treated as unavailable.</summary>
    void CommitThrew(FileId file, Exception exception);

    /// <summary>The role of a subscriber could not be read; it was closed.</summary>
    void RoleUnknown(FileId file, UserId user, Exception exception);

    /// <summary>A snapshot could not be written; the log stays whole, the next one will cover it.</summary>
    void SnapshotFailed(FileId file, string code);

    /// <summary>A room stopped on an unexpected exception; it is reloaded from the log.</summary>
    void RoomFailed(FileId file, Exception exception);

    /// <summary>A subscriber was closed because it reads too slowly.</summary>
    void SlowReader(FileId file, UserId user);

    /// <summary>Edits became durable.</summary>
    void Edited(WorkspaceId workspace, int edits)
    {
    }

    /// <summary>A stored blob failed its checksum.</summary>
    void Damaged(FileId file, long seq);
}
