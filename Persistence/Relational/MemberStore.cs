using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>workspace_permissions</c>.</summary>
public sealed class MemberStore(DbSession db) : IMemberStore
{
    private const string FindSql = "select role, status from workspace_permissions where ws_id = @workspace and user_id = @user";

    private const string SelectMembersSql = $"""
        select p.user_id, u.username, {PersonSql.DisplayName} as display_name, u.email, p.role, p.status, p.created_at
        from workspace_permissions p join users u on u.user_id = p.user_id
        where p.ws_id = @workspace and p.status in ('active', 'suspended')
        """;

    private const string FindMemberSql = SelectMembersSql + " and p.user_id = @user";

    private const string ListSql = SelectMembersSql + """
         and (p.created_at, p.user_id) > (@at, @after)
        order by p.created_at, p.user_id
        limit @take
        """;

    // A live owner's row is changed by MoveAsync only: an upsert that raced with a transfer must not take ownership away.
    private const string SetSql = """
        insert into workspace_permissions (ws_id, user_id, role, granted_by, status, created_at, updated_at)
        values (@workspace, @user, @role, @grantedBy, 'active', @now, @now)
        on conflict (ws_id, user_id) do update
        set role = excluded.role, granted_by = excluded.granted_by, status = 'active', updated_at = excluded.updated_at,
            created_at = case when workspace_permissions.status = 'revoked' then excluded.created_at else workspace_permissions.created_at end,
            version = workspace_permissions.version + 1
        where not (workspace_permissions.role = 'owner' and workspace_permissions.status = 'active')
        """;

    private const string MoveSql = """
        update workspace_permissions
        set role = @to, granted_by = @grantedBy, updated_at = @now, version = version + 1
        where ws_id = @workspace and user_id = @user and role = @from and status = 'active'
        """;

    private const string RevokeSql = """
        update workspace_permissions
        set status = 'revoked', updated_at = @now, version = version + 1
        where ws_id = @workspace and user_id = @user and role = @from and status = 'active'
        """;

    /// <inheritdoc/>
    public async Task<Membership?> FindAsync(WorkspaceId workspace, UserId user, CancellationToken ct)
    {
        var row = await db.FindAsync<Row>(FindSql, new { workspace = workspace.Value, user = user.Value }, ct);
        return row is null ? null : new Membership(workspace, user, RoleNames.Parse(row.Role), row.Status == "active");
    }

    /// <inheritdoc/>
    public async Task<Member?> FindMemberAsync(WorkspaceId workspace, UserId user, CancellationToken ct) =>
        (await db.FindAsync<Row>(FindMemberSql, new { workspace = workspace.Value, user = user.Value }, ct))?.ToMember();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Member>> ListAsync(WorkspaceId workspace, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var start = slice.Ascending();
        var rows = await db.QueryAsync<Row>(ListSql, new { workspace = workspace.Value, at = start.At, after = start.Id, take = slice.Take }, ct);
        return [.. rows.Select(row => row.ToMember())];
    }

    /// <inheritdoc/>
    public Task SetAsync(WorkspaceId workspace, UserId user, Role role, UserId grantedBy, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(
            SetSql, new { workspace = workspace.Value, user = user.Value, role = role.ToName(), grantedBy = grantedBy.Value, now }, ct);

    /// <inheritdoc/>
    public async Task<bool> MoveAsync(
        WorkspaceId workspace, UserId user, Role from, Role to, UserId grantedBy, DateTimeOffset now, CancellationToken ct)
    {
        var args = new { workspace = workspace.Value, user = user.Value, from = from.ToName(), to = to.ToName(), grantedBy = grantedBy.Value, now };
        return await db.ExecuteAsync(MoveSql, args, ct) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(WorkspaceId workspace, UserId user, Role from, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync(RevokeSql, new { workspace = workspace.Value, user = user.Value, from = from.ToName(), now }, ct) == 1;

    private sealed class Row
    {
        public Guid UserId { get; init; }
        public string Username { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string? Email { get; init; }
        public string Role { get; init; } = "";
        public string Status { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }

        public Member ToMember() => new(new UserId(UserId), Username, DisplayName, Email, RoleNames.Parse(Role), Status, CreatedAt);
    }
}
