using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Persistence.Relational.Documents;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>workspaces</c>.</summary>
public sealed class WorkspaceStore(DbSession db) : IWorkspaceStore
{
    private const string Columns =
        "w.ws_id, w.name, w.description, w.owner_id, w.is_public, w.is_template, w.status, w.created_at, w.updated_at, w.last_active";

    private const string AddSql = """
        insert into workspaces (ws_id, name, description, owner_id, is_public, is_template, status, created_at, updated_at, last_active)
        values (@id, @name, @description, @owner, @isPublic, @isTemplate, @status, @createdAt, @updatedAt, @lastActive)
        """;

    private const string AddOwnerSql = """
        insert into workspace_permissions (ws_id, user_id, role, granted_by, status, created_at, updated_at)
        values (@id, @owner, 'owner', @owner, 'active', @createdAt, @createdAt)
        """;

    private const string FindSql = $"""
        select {Columns} from workspaces w where w.ws_id = @id and w.status <> 'deleted'
        """;

    private const string ListSql = $"""
        select {Columns}, p.role
        from workspaces w join workspace_permissions p on p.ws_id = w.ws_id and p.user_id = @member and p.status = 'active'
        where w.status <> 'deleted' and (@status = '' or w.status = @status) and lower(w.name) like lower(@pattern) escape '\'
          and (@tag = '' or exists (select 1 from workspace_tags t where t.ws_id = w.ws_id and t.tag = @tag))
          and (w.created_at, w.ws_id) < (@at, @after)
        order by w.created_at desc, w.ws_id desc
        limit @take
        """;

    private const string UpdateSql = """
        update workspaces
        set name = @name, description = @description, owner_id = @owner, is_public = @isPublic, is_template = @isTemplate,
            status = @status, updated_at = @updatedAt
        where ws_id = @id
        """;

    private const string TouchSql = "update workspaces set last_active = @now where ws_id = @id";

    private const string CountOwnedSql = "select count(*) from workspaces where owner_id = @owner and status <> 'deleted'";

    /// <inheritdoc/>
    public async Task AddAsync(Workspace workspace, CancellationToken ct)
    {
        var args = Args(workspace);
        await db.ExecuteAsync(AddSql, args, ct);
        await db.ExecuteAsync(AddOwnerSql, args, ct);
        await db.PromiseDocumentAsync(workspace.Id.Value, workspace.CreatedAt, ct);
    }

    /// <inheritdoc/>
    public async Task<Workspace?> FindAsync(WorkspaceId workspace, CancellationToken ct) =>
        (await db.FindAsync<Row>(FindSql, new { id = workspace.Value }, ct))?.ToWorkspace();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WorkspaceView>> ListAsync(UserId member, WorkspaceFilter filter, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(slice);
        var start = slice.Descending();
        var args = new
        {
            member = member.Value, status = filter.Status?.ToName() ?? "", pattern = Pattern(filter.NameContains), tag = filter.Tag ?? "",
            at = start.At, after = start.Id, take = slice.Take,
        };
        var rows = await db.QueryAsync<Row>(ListSql, args, ct);
        return [.. rows.Select(row => new WorkspaceView(row.ToWorkspace(), RoleNames.Parse(row.Role)))];
    }

    /// <inheritdoc/>
    public async Task UpdateAsync(Workspace workspace, CancellationToken ct)
    {
        await db.ExecuteAsync(UpdateSql, Args(workspace), ct);
        await db.PromiseDocumentAsync(workspace.Id.Value, workspace.UpdatedAt, ct);
    }

    /// <inheritdoc/>
    public Task TouchAsync(WorkspaceId workspace, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(TouchSql, new { id = workspace.Value, now }, ct);

    /// <inheritdoc/>
    public async Task<int> CountOwnedAsync(UserId owner, CancellationToken ct)
    {
        await db.HoldQuotaAsync("workspaces", owner, ct);
        return await db.FindAsync<int>(CountOwnedSql, new { owner = owner.Value }, ct);
    }

    private static string Pattern(string? part) => part is null
        ? "%"
        : "%" + part.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";

    private static object Args(Workspace workspace) => new
    {
        id = workspace.Id.Value, name = workspace.Name, description = workspace.Description, owner = workspace.Owner.Value,
        isPublic = workspace.IsPublic, isTemplate = workspace.IsTemplate, status = workspace.Status.ToName(),
        createdAt = workspace.CreatedAt, updatedAt = workspace.UpdatedAt, lastActive = workspace.LastActive,
    };

    private sealed class Row
    {
        public Guid WsId { get; init; }
        public string Name { get; init; } = "";
        public string? Description { get; init; }
        public Guid OwnerId { get; init; }
        public bool IsPublic { get; init; }
        public bool IsTemplate { get; init; }
        public string Status { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public DateTimeOffset LastActive { get; init; }
        public string? Role { get; init; }

        public Workspace ToWorkspace() => new(
            new WorkspaceId(WsId), Name, Description, new UserId(OwnerId), IsPublic, IsTemplate,
            WorkspaceStatusNames.Parse(Status) ?? throw new InvalidDataException($"Unknown workspace status {Status}."),
            CreatedAt, UpdatedAt, LastActive);
    }
}
