using CollabHub.Domain.Audit;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>audit_logs</c>: append-only, one hash chain for each workspace and one for account events.</summary>
public sealed class AuditLog(DbSession db, TimeProvider clock) : IAuditLog
{
    private const int MaxResourceId = 255;

    private const string HeadSql = "select log_id, row_count, hash from audit_heads where chain = @chain";

    private const string MoveHeadSql = """
        insert into audit_heads (chain, log_id, row_count, hash) values (@chain, @id, 1, @hash)
        on conflict (chain) do update set log_id = excluded.log_id, row_count = audit_heads.row_count + 1, hash = excluded.hash
        """;

    /// <inheritdoc/>
    public async Task AppendAsync(AuditEntry entry, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!db.InTransaction) throw new InvalidOperationException("An audit row belongs into the transaction of what it describes.");
        var row = ToRecord(entry, clock.GetUtcNow());
        if (row.Workspace is { } workspace) await db.HoldWorkspaceAsync(workspace, ct);
        else await db.HoldAsync("audit", Guid.Empty, ct);
        var chain = ChainOf(row.Workspace);
        var previous = (await HeadAsync(db, chain, ct))?.Hash ?? AuditChain.Start;
        var hash = AuditChain.HashOf(previous, row);
        var id = await db.FindAsync<long>(InsertSql(), new
        {
            row.Workspace, row.User, row.Action, row.ResourceType, row.ResourceId, row.OldValue, row.NewValue, row.IpAddress, row.UserAgent, row.Timestamp,
            Previous = previous, Hash = hash,
        }, ct);
        await db.ExecuteAsync(MoveHeadSql, new { chain, id, hash }, ct);
    }

    /// <summary>The key of a chain's head: the workspace, or all zeros.</summary>
    internal static Guid ChainOf(Guid? workspace) => workspace ?? Guid.Empty;

    /// <summary>The last link of a chain; null while it is empty.</summary>
    internal static async Task<AuditHead?> HeadAsync(DbSession db, Guid chain, CancellationToken ct) =>
        await db.FindAsync<HeadRow>(HeadSql, new { chain }, ct) is { } row ? new AuditHead(row.LogId, row.RowCount, row.Hash) : null;

    private string InsertSql() => $"""
        insert into audit_logs (ws_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash)
        values (@Workspace, @User, @Action, @ResourceType, @ResourceId, {db.Database.Json("OldValue")}, {db.Database.Json("NewValue")},
                {db.Database.Address("IpAddress")}, @UserAgent, @Timestamp, @Previous, @Hash)
        returning log_id
        """;

    private static AuditRecord ToRecord(AuditEntry entry, DateTimeOffset now)
    {
        var id = AuditChain.Neutral(entry.ResourceId)!;
        // The column keeps microseconds; what is hashed must be what is read back.
        var time = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        return new AuditRecord(
            entry.Workspace?.Value, entry.User?.Value, entry.Action, entry.ResourceType, id.Length > MaxResourceId ? id[..MaxResourceId] : id,
            AuditChain.ToJson(entry.OldValue), AuditChain.ToJson(entry.NewValue), entry.Origin.IpAddress, AuditChain.Neutral(entry.Origin.UserAgent), time);
    }

    private sealed class HeadRow
    {
        public long LogId { get; init; }
        public long RowCount { get; init; }
        public string Hash { get; init; } = "";
    }
}
