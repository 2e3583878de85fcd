using CollabHub.Domain.Audit;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>audit_logs</c>: append-only, one hash chain for each workspace and one for account events.</summary>
public sealed class AuditLog(DbSession db, TimeProvider clock) : IAuditLog
{
    private const int MaxResourceId = 255;

    // Not one statement with "is not distinct from", which no index of Postgres serves.
    private const string LastOfWorkspaceSql = "select hash from audit_logs where ws_id = @workspace order by log_id desc limit 1";
    private const string LastOfAccountsSql = "select hash from audit_logs where ws_id is null order by log_id desc limit 1";

    /// <inheritdoc/>
    public async Task AppendAsync(AuditEntry entry, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!db.InTransaction) throw new InvalidOperationException("An audit row belongs into the transaction of what it describes.");
        var row = ToRecord(entry, clock.GetUtcNow());
        if (row.Workspace is { } chain) await db.HoldWorkspaceAsync(chain, ct);
        else await db.HoldAsync("audit", Guid.Empty, ct);
        var last = row.Workspace is null ? LastOfAccountsSql : LastOfWorkspaceSql;
        var previous = await db.FindAsync<string>(last, new { workspace = row.Workspace }, ct) ?? AuditChain.Start;
        await db.ExecuteAsync(InsertSql(), new
        {
            row.Workspace, row.User, row.Action, row.ResourceType, row.ResourceId, row.OldValue, row.NewValue, row.IpAddress, row.UserAgent, row.Timestamp,
            Previous = previous, Hash = AuditChain.HashOf(previous, row),
        }, ct);
    }

    private string InsertSql() => $"""
        insert into audit_logs (ws_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash)
        values (@Workspace, @User, @Action, @ResourceType, @ResourceId, {db.Database.Json("OldValue")}, {db.Database.Json("NewValue")},
                {db.Database.Address("IpAddress")}, @UserAgent, @Timestamp, @Previous, @Hash)
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
}
