using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>session_participants</c>; ended participations stay as history.</summary>
public sealed class ParticipantStore(DbSession db) : IParticipantStore
{
    private const string SelectSql = $"""
        select sp.session_id, sp.user_id, u.username, {PersonSql.DisplayName} as display_name, sp.role, sp.joined_at, sp.last_active
        from session_participants sp join users u on u.user_id = sp.user_id
        where sp.session_id = @session and sp.is_active = true
        """;

    private const string FindSql = SelectSql + " and sp.user_id = @user";

    private const string ListSql = SelectSql + """
         and (sp.joined_at, sp.user_id) > (@at, @after)
        order by sp.joined_at, sp.user_id
        limit @take
        """;

    private const string AddSql = """
        insert into session_participants (participant_id, session_id, user_id, role, joined_at, last_active, is_active)
        values (@id, @session, @user, @role, @now, @now, true)
        on conflict do nothing
        """;

    private const string TouchSql = """
        update session_participants set last_active = @now where session_id = @session and user_id = @user and is_active = true
        """;

    private const string MoveSql = """
        update session_participants set role = @to
        where session_id = @session and user_id = @user and role = @from and is_active = true
        """;

    private const string RemoveSql = """
        update session_participants set is_active = false, last_active = @now
        where session_id = @session and user_id = @user and is_active = true
        """;

    private const string RemoveFromAllSql = """
        update session_participants set is_active = false, last_active = @now
        where user_id = @user and is_active = true and session_id in (select session_id from sessions where ws_id = @workspace)
        returning session_id
        """;

    private const string LowerInAllSql = """
        update session_participants set role = 'viewer'
        where user_id = @user and is_active = true and role <> 'viewer' and session_id in (select session_id from sessions where ws_id = @workspace)
        returning session_id
        """;

    /// <inheritdoc/>
    public async Task<Participant?> FindAsync(SessionId session, UserId user, CancellationToken ct) =>
        (await db.FindAsync<Row>(FindSql, new { session = session.Value, user = user.Value }, ct))?.ToParticipant();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Participant>> ListAsync(SessionId session, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var start = slice.Ascending();
        var rows = await db.QueryAsync<Row>(ListSql, new { session = session.Value, at = start.At, after = start.Id, take = slice.Take }, ct);
        return [.. rows.Select(row => row.ToParticipant())];
    }

    /// <inheritdoc/>
    public async Task<bool> AddAsync(Guid id, SessionId session, UserId user, Role role, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync(AddSql, new { id, session = session.Value, user = user.Value, role = role.ToName(), now }, ct) == 1;

    /// <inheritdoc/>
    public Task TouchAsync(SessionId session, UserId user, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(TouchSql, new { session = session.Value, user = user.Value, now }, ct);

    /// <inheritdoc/>
    public async Task<bool> MoveAsync(SessionId session, UserId user, Role from, Role to, CancellationToken ct) =>
        await db.ExecuteAsync(MoveSql, new { session = session.Value, user = user.Value, from = from.ToName(), to = to.ToName() }, ct) == 1;

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(SessionId session, UserId user, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync(RemoveSql, new { session = session.Value, user = user.Value, now }, ct) == 1;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionId>> CapAsync(WorkspaceId workspace, UserId user, Role role, DateTimeOffset now, CancellationToken ct)
    {
        if (role >= Role.Editor) return [];
        var args = new { workspace = workspace.Value, user = user.Value, now };
        var touched = await db.QueryAsync<Guid>(role == Role.None ? RemoveFromAllSql : LowerInAllSql, args, ct);
        return [.. touched.Select(id => new SessionId(id))];
    }

    private sealed class Row
    {
        public Guid SessionId { get; init; }
        public Guid UserId { get; init; }
        public string Username { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string Role { get; init; } = "";
        public DateTimeOffset JoinedAt { get; init; }
        public DateTimeOffset LastActive { get; init; }

        public Participant ToParticipant() =>
            new(new SessionId(SessionId), new UserId(UserId), Username, DisplayName, RoleNames.Parse(Role), JoinedAt, LastActive);
    }
}
