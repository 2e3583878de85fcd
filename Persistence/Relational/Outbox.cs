namespace CollabHub.Persistence.Relational;

/// <summary>Work that a transaction promises and that is carried out after its commit.</summary>
public sealed class OutboxEntry
{
    /// <summary>Ascending; never used twice.</summary>
    public long OutboxId { get; init; }

    /// <summary>What the worker of the kind understands.</summary>
    public string Payload { get; init; } = "";

    /// <summary>Failed tries so far.</summary>
    public long Attempts { get; init; }

    /// <summary>When the promise was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The table <c>outbox</c>.</summary>
public sealed class Outbox(DbSession db, TimeProvider clock)
{
    private const int MaxError = 500;

    private const string InsertSql = "insert into outbox (kind, payload, created_at, next_attempt_at) values (@kind, @payload, @now, @now)";

    private const string DueSql = """
        select outbox_id, payload, attempts, created_at from outbox
        where kind = @kind and next_attempt_at <= @now order by next_attempt_at, outbox_id limit @limit
        """;

    private const string NextSql = "select next_attempt_at from outbox where kind = @kind order by next_attempt_at limit 1";
    private const string WaitingSql = "select count(*) as count, min(created_at) as oldest from outbox where kind = @kind";
    private const string DeleteSql = "delete from outbox where outbox_id = @id";

    private const string PostponeSql = """
        update outbox set attempts = attempts + 1, next_attempt_at = @until, last_error = @error where outbox_id = @id
        """;

    /// <summary>Adds an entry, in the caller's transaction.</summary>
    public Task AddAsync(string kind, string payload, CancellationToken ct)
    {
        if (!db.InTransaction) throw new InvalidOperationException("An outbox entry belongs into the transaction that gives reason for it.");
        return db.ExecuteAsync(InsertSql, new { kind, payload, now = clock.GetUtcNow() }, ct);
    }

    /// <summary>What may be tried now, longest due first.</summary>
    public Task<IReadOnlyList<OutboxEntry>> DueAsync(string kind, int limit, CancellationToken ct) =>
        db.QueryAsync<OutboxEntry>(DueSql, new { kind, now = clock.GetUtcNow(), limit }, ct);

    /// <summary>When the next entry may be tried; null when there is none.</summary>
    public Task<DateTimeOffset?> NextAsync(string kind, CancellationToken ct) => db.FindAsync<DateTimeOffset?>(NextSql, new { kind }, ct);

    /// <summary>Removes an entry that was carried out.</summary>
    public Task DoneAsync(long id, CancellationToken ct) => db.RunAsync(inner => db.ExecuteAsync(DeleteSql, new { id }, inner), _ => true, ct);

    /// <summary>Removes an entry in the caller's transaction, which carries it out; false when another worker has.</summary>
    public async Task<bool> TakeAsync(long id, CancellationToken ct) => await db.ExecuteAsync(DeleteSql, new { id }, ct) == 1;

    /// <summary>Removes entries that were carried out together.</summary>
    public Task DoneAsync(IReadOnlyCollection<long> ids, CancellationToken ct) => db.RunAsync(
        async inner =>
        {
            foreach (var id in ids) await db.ExecuteAsync(DeleteSql, new { id }, inner);
            return true;
        },
        _ => true, ct);

    /// <summary>How many entries of a kind there are, and when the oldest was made; null when there is none.</summary>
    public async Task<(long Count, DateTimeOffset? Oldest)> WaitingAsync(string kind, CancellationToken ct)
    {
        var row = await db.FindAsync<WaitingRow>(WaitingSql, new { kind }, ct);
        return (row?.Count ?? 0, row?.Oldest);
    }

    /// <summary>Puts an entry off after a failure.</summary>
    public Task PostponeAsync(long id, DateTimeOffset until, string error, CancellationToken ct) => db.RunAsync(
        inner => db.ExecuteAsync(PostponeSql, new { id, until, error = error.Length > MaxError ? error[..MaxError] : error }, inner), _ => true, ct);

    private sealed class WaitingRow
    {
        public long Count { get; init; }
        public DateTimeOffset? Oldest { get; init; }
    }
}
