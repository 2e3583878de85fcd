using CollabHub.Domain.Sessions;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>sessions</c>, by last activity.</summary>
public sealed class QuietSessions(DbSession db) : IQuietSessions
{
    private const string DueSql = $"""
        select {SessionStore.Columns}
        from sessions s join workspaces w on w.ws_id = s.ws_id
        where s.status <> 'ended' and s.last_active < @idleBefore and (s.status = 'active' or s.last_active < @endBefore) and w.status <> 'deleted'
        order by s.last_active, s.session_id
        limit @take
        """;

    private const string MoveSql = """
        update sessions set status = @to, updated_at = @now
        where session_id = @id and ws_id = @workspace and status = @from and last_active < @before
        """;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Session>> DueAsync(DateTimeOffset idleBefore, DateTimeOffset endBefore, int take, CancellationToken ct) =>
        [.. (await db.QueryAsync<SessionStore.Row>(DueSql, new { idleBefore, endBefore, take }, ct)).Select(row => row.ToSession())];

    /// <inheritdoc/>
    public async Task<bool> MoveAsync(Session seen, SessionStatus to, DateTimeOffset before, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(seen);
        // The workspace before its rows, as everyone else does.
        await db.HoldWorkspaceAsync(seen.Workspace.Value, ct);
        var args = new { id = seen.Id.Value, workspace = seen.Workspace.Value, from = seen.Status.ToName(), to = to.ToName(), before, now };
        return await db.ExecuteAsync(MoveSql, args, ct) == 1;
    }
}
