using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Persistence.Relational;

namespace CollabHub.Hubs.Realtime;

/// <summary>What rooms and the edit log meet on their way, in the log: ids and codes, never text.</summary>
public sealed partial class EditingLog(ILogger<EditingLog> logger, IWorkspaceActivity activity) : IRoomObserver, IEditLogObserver
{
    /// <inheritdoc/>
    [LoggerMessage(1, LogLevel.Warning, "Edits of file {File} cannot be saved ({Code}), attempt {Attempt}; they are kept and tried again.", EventName = "CommitFailed")]
    public partial void CommitFailed(FileId file, string code, int attempt);

    /// <inheritdoc/>
    public void CommitThrew(FileId file, Exception exception) => LogThrew(exception, file);

    /// <inheritdoc/>
    public void RoleUnknown(FileId file, UserId user, Exception exception) => LogRole(exception, file, user);

    /// <inheritdoc/>
    [LoggerMessage(4, LogLevel.Warning, "No snapshot of file {File} ({Code}); the log stays whole.", EventName = "SnapshotFailed")]
    public partial void SnapshotFailed(FileId file, string code);

    /// <inheritdoc/>
    public void RoomFailed(FileId file, Exception exception) => LogRoomFailed(exception, file);

    /// <inheritdoc/>
    [LoggerMessage(6, LogLevel.Information, "User {User} reads file {File} too slowly and was closed.", EventName = "SlowReader")]
    public partial void SlowReader(FileId file, UserId user);

    /// <inheritdoc/>
    [LoggerMessage(7, LogLevel.Error, "Record {Seq} of file {File} is damaged.", EventName = "Damaged")]
    public partial void Damaged(FileId file, long seq);

    /// <inheritdoc/>
    public void Edited(WorkspaceId workspace, int edits) => activity.Count(workspace, DocumentCounters.Edits, edits);

    /// <inheritdoc/>
    public void Unavailable(Exception exception) => LogUnavailable(exception);

    /// <inheritdoc/>
    public void AppendFailed(FileId file, Exception exception) => LogThrew(exception, file);

    /// <inheritdoc/>
    public void Committed(int appends, int records, TimeSpan elapsed) => LogCommitted(appends, records, elapsed.TotalMilliseconds);

    [LoggerMessage(2, LogLevel.Error, "The edit log failed for file {File}.", EventName = "LogFailed")]
    private partial void LogThrew(Exception exception, FileId file);

    [LoggerMessage(3, LogLevel.Warning, "The role of user {User} on file {File} could not be read; closed.", EventName = "RoleUnknown")]
    private partial void LogRole(Exception exception, FileId file, UserId user);

    [LoggerMessage(5, LogLevel.Error, "The room of file {File} failed and is reloaded from the log.", EventName = "RoomFailed")]
    private partial void LogRoomFailed(Exception exception, FileId file);

    [LoggerMessage(8, LogLevel.Error, "The edit log is unavailable.", EventName = "LogUnavailable")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(9, LogLevel.Debug, "Committed {Appends} appends, {Records} records in {Milliseconds} ms.", EventName = "Committed")]
    private partial void LogCommitted(int appends, int records, double milliseconds);
}
