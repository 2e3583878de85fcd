namespace CollabHub.Persistence.Relational;

/// <summary>What is known of a key.</summary>
public sealed class IdempotencyRecord
{
    /// <summary>Hash of the request that brought the key first.</summary>
    public string RequestHash { get; init; } = "";

    /// <summary>Status of its answer; null while it runs.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Its answer, as given to <see cref="IdempotencyStore.AnswerAsync"/>.</summary>
    public string? Response { get; init; }
}

/// <summary>The table <c>idempotency_keys</c>; a key belongs to one account, or to the callers without one.</summary>
public sealed class IdempotencyStore(DbSession db, TimeProvider clock)
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private const string ForgetSql = "delete from idempotency_keys where user_id = @owner and created_at < @before";

    private const string ClaimSql = """
        insert into idempotency_keys (user_id, idempotency_key, request_hash, created_at) values (@owner, @key, @hash, @now)
        on conflict (user_id, idempotency_key) do nothing
        """;

    private const string FindSql = """
        select request_hash, status_code, response from idempotency_keys where user_id = @owner and idempotency_key = @key
        """;

    private const string AnswerSql = """
        update idempotency_keys set status_code = @status, response = @response where user_id = @owner and idempotency_key = @key
        """;

    private const string ReleaseSql = "delete from idempotency_keys where user_id = @owner and idempotency_key = @key";

    /// <summary>Takes the key for a request; false when it is taken.</summary>
    public Task<bool> ClaimAsync(string owner, string key, string requestHash, CancellationToken ct) => db.RunAsync(
        async inner =>
        {
            var now = clock.GetUtcNow();
            await db.ExecuteAsync(ForgetSql, new { owner, before = now - Life }, inner);
            return await db.ExecuteAsync(ClaimSql, new { owner, key, hash = requestHash, now }, inner) == 1;
        },
        _ => true,
        ct);

    /// <summary>What is known of a key, or null.</summary>
    public Task<IdempotencyRecord?> FindAsync(string owner, string key, CancellationToken ct) => db.FindAsync<IdempotencyRecord>(FindSql, new { owner, key }, ct);

    /// <summary>Keeps the answer of the request that took the key.</summary>
    public Task AnswerAsync(string owner, string key, int status, string response, CancellationToken ct) =>
        db.RunAsync(inner => db.ExecuteAsync(AnswerSql, new { owner, key, status, response }, inner), _ => true, ct);

    /// <summary>Gives a key back after a request that created nothing.</summary>
    public Task ReleaseAsync(string owner, string key, CancellationToken ct) =>
        db.RunAsync(inner => db.ExecuteAsync(ReleaseSql, new { owner, key }, inner), _ => true, ct);
}
