using CollabHub.Domain;
using CollabHub.Domain.Presence;
using CollabHub.Domain.UserSessions;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>user_sessions</c>, and the columns that follow presence elsewhere.</summary>
public sealed class UserSessionStore(DbSession db) : IUserSessionStore
{
    private const string TouchParticipantSql = """
        update session_participants set last_active = @now where session_id = @session and user_id = @user and is_active = true
        """;

    private const string TouchSessionSql = """
        update sessions set last_active = @now, status = case when status = 'idle' then 'active' else status end
        where session_id = @session and ws_id = @workspace and status <> 'ended'
        """;

    private const string SessionsOfSql = """
        select s.session_id from sessions s join session_participants sp on sp.session_id = s.session_id and sp.user_id = @user and sp.is_active = true
        where s.ws_id = @workspace and s.status <> 'ended'
        """;

    private const string TouchWorkspaceSql = "update workspaces set last_active = @now where ws_id = @workspace";

    private const string RecordSql = """
        insert into user_sessions (session_id, user_id, ws_id, status, last_activity, created_at, node)
        values (@id, @user, @workspace, @status, @now, @now, @node)
        on conflict (ws_id, user_id) where ended_at is null do update
        set status = excluded.status, last_activity = excluded.last_activity, node = excluded.node
        """;

    private const string EndSql = """
        update user_sessions set status = 'ended', ended_at = @lastSeen, last_activity = @lastSeen
        where ws_id = @workspace and user_id = @user and node = @node and ended_at is null
        """;

    private const string EndOfNodeSql = "update user_sessions set status = 'ended', ended_at = last_activity where node = @node and ended_at is null";

    private const string EndQuietSql = "update user_sessions set status = 'ended', ended_at = last_activity where last_activity < @before and ended_at is null";

    /// <inheritdoc/>
    public async Task RecordAsync(
        WorkspaceId workspace, IReadOnlyList<PersonHere> people, Func<Guid> newId, string node, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(newId);
        await db.HoldWorkspaceAsync(workspace.Value, ct);
        var sessions = new HashSet<Guid>();
        foreach (var person in people)
        {
            foreach (var session in await SessionsOfAsync(workspace, person, ct))
            {
                sessions.Add(session);
                await db.ExecuteAsync(TouchParticipantSql, new { session, user = person.User.Value, now }, ct);
            }
        }
        foreach (var session in sessions) await db.ExecuteAsync(TouchSessionSql, new { session, workspace = workspace.Value, now }, ct);
        await db.ExecuteAsync(TouchWorkspaceSql, new { workspace = workspace.Value, now }, ct);
        foreach (var person in people)
        {
            var args = new
            {
                id = newId(), user = person.User.Value, workspace = workspace.Value, status = person.Status == PresenceStatus.Online ? "online" : "away", now, node,
            };
            await db.ExecuteAsync(RecordSql, args, ct);
        }
    }

    /// <inheritdoc/>
    public async Task EndAsync(WorkspaceId workspace, UserId user, string node, DateTimeOffset lastSeen, CancellationToken ct)
    {
        await db.HoldWorkspaceAsync(workspace.Value, ct);
        await db.ExecuteAsync(EndSql, new { workspace = workspace.Value, user = user.Value, node, lastSeen }, ct);
    }

    /// <inheritdoc/>
    public Task<int> EndOfNodeAsync(string node, CancellationToken ct) => db.ExecuteAsync(EndOfNodeSql, new { node }, ct);

    /// <inheritdoc/>
    public Task<int> EndQuietAsync(DateTimeOffset before, CancellationToken ct) => db.ExecuteAsync(EndQuietSql, new { before }, ct);

    private async Task<IEnumerable<Guid>> SessionsOfAsync(WorkspaceId workspace, PersonHere person, CancellationToken ct) => person.Sessions.Count > 0
        ? person.Sessions.Select(session => session.Value)
        : await db.QueryAsync<Guid>(SessionsOfSql, new { workspace = workspace.Value, user = person.User.Value }, ct);
}
