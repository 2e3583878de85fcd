using CollabHub.Domain;
using CollabHub.Domain.Access;

namespace CollabHub.Persistence.Relational;

/// <summary>Roles, read from the tables at every question; inside of a transaction they stay so until its end.</summary>
public sealed class AccessStore(DbSession db) : IAccessStore
{
    private const string WorkspaceColumns = """
        select w.ws_id, w.is_public, w.status,
               (select p.role from workspace_permissions p
                where p.ws_id = w.ws_id and p.user_id = @user and p.status = 'active') as member_role,
               (select max(case sp.role when 'owner' then 4 when 'editor' then 2 else 1 end)
                from session_participants sp join sessions s on s.session_id = sp.session_id
                where s.ws_id = w.ws_id and s.status <> 'ended' and sp.user_id = @user and sp.is_active = true) as session_role
        """;

    private const string ForWorkspaceSql = WorkspaceColumns + """

        from workspaces w
        where w.ws_id = @workspace and w.status <> 'deleted'
        """;

    private const string ForFileSql = WorkspaceColumns + """

        from files f join workspaces w on w.ws_id = f.ws_id
        where f.file_id = @file and f.deleted_at is null and w.status <> 'deleted'
        """;

    private const string ForSessionSql = """
        select s.session_id, s.ws_id, s.status,
               (select sp.role from session_participants sp
                where sp.session_id = s.session_id and sp.user_id = @user and sp.is_active = true) as participant_role,
               (select p.role from workspace_permissions p
                where p.ws_id = s.ws_id and p.user_id = @user and p.status = 'active') as member_role
        from sessions s join workspaces w on w.ws_id = s.ws_id
        where s.session_id = @session and w.status <> 'deleted'
        """;

    /// <inheritdoc/>
    public async Task<WorkspaceAccess?> ForWorkspaceAsync(UserId? user, WorkspaceId workspace, CancellationToken ct)
    {
        await db.HoldWorkspaceAsync(workspace.Value, ct);
        return ToAccess(await db.FindAsync<WorkspaceRow>(ForWorkspaceSql, new { user = user?.Value, workspace = workspace.Value }, ct));
    }

    /// <inheritdoc/>
    public async Task<WorkspaceAccess?> ForFileAsync(UserId? user, FileId file, CancellationToken ct)
    {
        await db.HoldWorkspaceOfAsync(file, ct);
        return ToAccess(await db.FindAsync<WorkspaceRow>(ForFileSql, new { user = user?.Value, file = file.Value }, ct));
    }

    /// <inheritdoc/>
    public async Task<SessionAccess?> ForSessionAsync(UserId? user, SessionId session, CancellationToken ct)
    {
        await db.HoldWorkspaceOfAsync(session, ct);
        var row = await db.FindAsync<SessionRow>(ForSessionSql, new { user = user?.Value, session = session.Value }, ct);
        return row is null
            ? null
            : new SessionAccess(
                new SessionId(row.SessionId), new WorkspaceId(row.WsId), RoleNames.Parse(row.ParticipantRole),
                RoleNames.Parse(row.MemberRole), row.Status == "ended");
    }

    private static WorkspaceAccess? ToAccess(WorkspaceRow? row) => row is null
        ? null
        : new WorkspaceAccess(
            new WorkspaceId(row.WsId), RoleNames.Parse(row.MemberRole), (Role)(row.SessionRole ?? 0), row.IsPublic, row.Status == "archived");

    private sealed class WorkspaceRow
    {
        public Guid WsId { get; init; }
        public bool IsPublic { get; init; }
        public string Status { get; init; } = "";
        public string? MemberRole { get; init; }
        public long? SessionRole { get; init; }
    }

    private sealed class SessionRow
    {
        public Guid SessionId { get; init; }
        public Guid WsId { get; init; }
        public string Status { get; init; } = "";
        public string? ParticipantRole { get; init; }
        public string? MemberRole { get; init; }
    }
}
