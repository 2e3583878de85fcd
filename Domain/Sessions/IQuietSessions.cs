namespace CollabHub.Domain.Sessions;

/// <summary>Sessions as the clock sees them.</summary>
public interface IQuietSessions
{
    /// <summary>
    /// Those that are due, longest quiet first: active ones in which nothing happened since <paramref name="idleBefore"/>, and open ones in
    /// which nothing happened since <paramref name="endBefore"/>. Sessions of deleted workspaces are left alone.
    /// </summary>
    Task<IReadOnlyList<Session>> DueAsync(DateTimeOffset idleBefore, DateTimeOffset endBefore, int take, CancellationToken ct);

    /// <summary>
    /// Moves a session on, if it still stands where it was read and nothing happened in it since <paramref name="before"/>; of many that
    /// try, exactly one hears true. Inside of a transaction it keeps the workspace.
    /// </summary>
    Task<bool> MoveAsync(Session seen, SessionStatus to, DateTimeOffset before, DateTimeOffset now, CancellationToken ct);
}
