using CollabHub.Domain;
using CollabHub.Domain.Audit;

namespace CollabHub.Persistence.Relational;

/// <summary>Reads <c>audit_logs</c>; docs/storage.md names the index that serves each statement.</summary>
public sealed class AuditTrail(DbSession db) : IAuditTrail
{
    private const string SelectSql = """
        select log_id, ws_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash
        from audit_logs where ws_id = @workspace
        """;

    private const string ListEndSql = """
         and timestamp >= @from and (timestamp, log_id) < (@at, @after)
        order by timestamp desc, log_id desc limit @take
        """;

    // One text for each set of filters: a condition that may be absent would hide the index from the planner.
    private const string ListSql = SelectSql + ListEndSql;
    private const string ListOfActionSql = SelectSql + " and action = @action" + ListEndSql;
    private const string ListOfUserSql = SelectSql + " and user_id = @user" + ListEndSql;
    private const string ListOfUserAndActionSql = SelectSql + " and user_id = @user and action = @action" + ListEndSql;

    private const string ChainSql = SelectSql + " and log_id > @after order by log_id limit @take";

    private const string FirstEndsSql = "select chain, log_id, row_count, hash from audit_heads order by chain limit @take";
    private const string EndsSql = "select chain, log_id, row_count, hash from audit_heads where chain > @after order by chain limit @take";

    private const string LastSql = """
        select timestamp from audit_logs where ws_id = @workspace and action = @action and user_id = @user
        order by timestamp desc, log_id desc limit 1
        """;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(WorkspaceId workspace, AuditFilter filter, AuditPlace? after, int take, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = (filter.User, filter.Action) switch
        {
            (null, null) => ListSql,
            (null, _) => ListOfActionSql,
            (_, null) => ListOfUserSql,
            _ => ListOfUserAndActionSql,
        };
        // No row has the number 0: rows before (to, 0) are those before `to`.
        var start = after ?? new AuditPlace(filter.To ?? DateTimeOffset.MaxValue, 0);
        var args = new
        {
            workspace = workspace.Value, action = filter.Action, user = filter.User?.Value, from = filter.From ?? DateTimeOffset.MinValue,
            at = start.At, after = start.Id, take,
        };
        return [.. (await db.QueryAsync<Row>(sql, args, ct)).Select(row => row.ToRow())];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditRow>> ChainAsync(WorkspaceId workspace, long after, int take, CancellationToken ct) =>
        [.. (await db.QueryAsync<Row>(ChainSql, new { workspace = workspace.Value, after, take }, ct)).Select(row => row.ToRow())];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditChainEnd>> EndsAsync(Guid? after, int take, CancellationToken ct) =>
        [.. (await db.QueryAsync<EndRow>(after is null ? FirstEndsSql : EndsSql, new { after, take }, ct)).Select(row => row.ToEnd())];

    /// <inheritdoc/>
    public Task<AuditHead?> HeadAsync(WorkspaceId workspace, CancellationToken ct) => AuditLog.HeadAsync(db, workspace.Value, ct);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> LastAsync(WorkspaceId workspace, string action, UserId user, CancellationToken ct) =>
        db.FindAsync<DateTimeOffset?>(LastSql, new { workspace = workspace.Value, action, user = user.Value }, ct);

    private sealed class Row
    {
        public long LogId { get; init; }
        public Guid? WsId { get; init; }
        public Guid? UserId { get; init; }
        public string Action { get; init; } = "";
        public string ResourceType { get; init; } = "";
        public string ResourceId { get; init; } = "";
        public string? OldValue { get; init; }
        public string? NewValue { get; init; }
        public string? IpAddress { get; init; }
        public string? UserAgent { get; init; }
        public DateTimeOffset Timestamp { get; init; }
        public string PrevHash { get; init; } = "";
        public string Hash { get; init; } = "";

        public AuditRow ToRow() => new(
            LogId, new AuditRecord(WsId, UserId, Action, ResourceType, ResourceId, OldValue, NewValue, IpAddress, UserAgent, Timestamp), PrevHash, Hash);
    }

    private sealed class EndRow
    {
        public Guid Chain { get; init; }
        public long LogId { get; init; }
        public long RowCount { get; init; }
        public string Hash { get; init; } = "";

        public AuditChainEnd ToEnd() => new(Chain, new AuditHead(LogId, RowCount, Hash));
    }
}
