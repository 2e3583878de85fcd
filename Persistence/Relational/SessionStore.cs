using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>sessions</c>.</summary>
public sealed class SessionStore(DbSession db) : ISessionStore
{
    internal const string Columns = """
        s.session_id, s.ws_id, s.name, s.description, s.language, s.framework, s.is_dynamic, s.owner_id, s.status,
        s.created_at, s.updated_at, s.last_active
        """;

    private const string AddSql = """
        insert into sessions (session_id, ws_id, name, description, language, framework, is_dynamic, owner_id, status, created_at, updated_at, last_active)
        values (@id, @workspace, @name, @description, @language, @framework, @isDynamic, @owner, @status, @createdAt, @updatedAt, @lastActive)
        """;

    private const string FindSql = $"""
        select {Columns} from sessions s where s.session_id = @id
        """;

    private const string ListedSql = """
        join workspaces w on w.ws_id = s.ws_id
        where mine.user_id = @user and w.status <> 'deleted' and (@status = '' or s.status = @status) and (s.created_at, s.session_id) < (@at, @after)
        """;

    private const string NewestFirstSql = "order by s.created_at desc, s.session_id desc limit @take";

    // Two ways to a session, each cut at the page: from the rows of a person who has few, along sessions_recent for one who has very many.
    private const string ListSql = $"""
        select {Columns}, sp.role as participant_role, p.role as member_role
        from (select * from (select s.session_id from session_participants mine join sessions s on s.session_id = mine.session_id
                             {ListedSql} and mine.is_active = true {NewestFirstSql}) joined
              union
              select * from (select s.session_id from workspace_permissions mine join sessions s on s.ws_id = mine.ws_id
                             {ListedSql} and mine.status = 'active' {NewestFirstSql}) inside) seen
        join sessions s on s.session_id = seen.session_id
        left join session_participants sp on sp.session_id = s.session_id and sp.user_id = @user and sp.is_active = true
        left join workspace_permissions p on p.ws_id = s.ws_id and p.user_id = @user and p.status = 'active'
        {NewestFirstSql}
        """;

    private const string UpdateSql = """
        update sessions
        set name = @name, description = @description, language = @language, framework = @framework, is_dynamic = @isDynamic,
            status = @status, updated_at = @updatedAt
        where session_id = @id and ws_id = @workspace
        """;

    private const string TouchSql = """
        update sessions set last_active = @now, status = case when status = 'idle' then 'active' else status end where session_id = @id
        """;

    private const string CountOpenSql = """
        select count(*) from sessions s join workspaces w on w.ws_id = s.ws_id
        where s.owner_id = @owner and s.status <> 'ended' and w.status <> 'deleted'
        """;

    private const string OpenInSql = "select session_id from sessions where ws_id = @workspace and status <> 'ended'";

    private const string EndAllSql = """
        update sessions set status = 'ended', updated_at = @now where ws_id = @workspace and status <> 'ended' returning session_id
        """;

    /// <inheritdoc/>
    public Task AddAsync(Session session, CancellationToken ct) => db.ExecuteAsync(AddSql, Args(session), ct);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(SessionId session, CancellationToken ct) =>
        (await db.FindAsync<Row>(FindSql, new { id = session.Value }, ct))?.ToSession();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionView>> ListAsync(UserId user, SessionStatus? status, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var start = slice.Descending();
        var args = new { user = user.Value, status = status?.ToName() ?? "", at = start.At, after = start.Id, take = slice.Take };
        var rows = await db.QueryAsync<Row>(ListSql, args, ct);
        return [.. rows.Select(row => new SessionView(row.ToSession(), row.ToAccess().Effective))];
    }

    /// <inheritdoc/>
    public Task UpdateAsync(Session session, CancellationToken ct) => db.ExecuteAsync(UpdateSql, Args(session), ct);

    /// <inheritdoc/>
    public Task TouchAsync(SessionId session, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(TouchSql, new { id = session.Value, now }, ct);

    /// <inheritdoc/>
    public async Task<int> CountOpenAsync(UserId owner, CancellationToken ct)
    {
        await db.HoldQuotaAsync("sessions", owner, ct);
        return await db.FindAsync<int>(CountOpenSql, new { owner = owner.Value }, ct);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionId>> OpenInAsync(WorkspaceId workspace, CancellationToken ct) =>
        [.. (await db.QueryAsync<Guid>(OpenInSql, new { workspace = workspace.Value }, ct)).Select(id => new SessionId(id))];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionId>> EndAllAsync(WorkspaceId workspace, DateTimeOffset now, CancellationToken ct) =>
        [.. (await db.QueryAsync<Guid>(EndAllSql, new { workspace = workspace.Value, now }, ct)).Select(id => new SessionId(id))];

    private static object Args(Session session) => new
    {
        id = session.Id.Value, workspace = session.Workspace.Value, name = session.Name, description = session.Description,
        language = session.Language, framework = session.Framework, isDynamic = session.IsDynamic, owner = session.Owner.Value,
        status = session.Status.ToName(), createdAt = session.CreatedAt, updatedAt = session.UpdatedAt, lastActive = session.LastActive,
    };

    internal sealed class Row
    {
        public Guid SessionId { get; init; }
        public Guid WsId { get; init; }
        public string Name { get; init; } = "";
        public string? Description { get; init; }
        public string? Language { get; init; }
        public string? Framework { get; init; }
        public bool IsDynamic { get; init; }
        public Guid OwnerId { get; init; }
        public string Status { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public DateTimeOffset LastActive { get; init; }
        public string? ParticipantRole { get; init; }
        public string? MemberRole { get; init; }

        public Session ToSession() => new(
            new SessionId(SessionId), new WorkspaceId(WsId), Name, Description, Language, Framework, IsDynamic, new UserId(OwnerId),
            SessionStatusNames.Parse(Status) ?? throw new InvalidDataException($"Unknown session status {Status}."),
            CreatedAt, UpdatedAt, LastActive);

        public SessionAccess ToAccess() => new(
            new SessionId(SessionId), new WorkspaceId(WsId), RoleNames.Parse(ParticipantRole), RoleNames.Parse(MemberRole), Status == "ended");
    }
}
