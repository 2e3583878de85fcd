using CollabHub.Domain;
using CollabHub.Domain.Accounts;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>one_time_tokens</c>.</summary>
public sealed class OneTimeTokenStore(DbSession db) : IOneTimeTokenStore
{
    // Clocks of nodes differ a little; a row outlives its token by more than that.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private const string SpendSql = """
        insert into one_time_tokens (token_hash, kind, user_id, created_at, expires_at, used_at)
        values (@hash, @kind, @user, @now, @expires, @now)
        on conflict (token_hash) do nothing
        """;

    private const string ForgetSql = "delete from one_time_tokens where user_id = @user and kind = @kind and expires_at < @before";

    private const string IssueSql = """
        insert into one_time_tokens (token_hash, kind, user_id, created_at, expires_at)
        values (@hash, @kind, @user, @now, @expires)
        """;

    private const string VoidOlderSql = "update one_time_tokens set used_at = @now where user_id = @user and kind = @kind and used_at is null";
    private const string VoidAllSql = "update one_time_tokens set used_at = @now where user_id = @user and used_at is null";

    private const string FindSql = """
        select user_id from one_time_tokens where token_hash = @hash and kind = @kind and used_at is null and expires_at > @now
        """;

    private const string UseSql = """
        update one_time_tokens set used_at = @now
        where token_hash = @hash and kind = @kind and used_at is null and expires_at > @now
        returning user_id
        """;

    /// <inheritdoc/>
    public Task<bool> SpendAsync(string kind, string tokenHash, UserId user, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
    {
        return db.InTransaction ? SpendInsideAsync(ct) : db.RunAsync(SpendInsideAsync, commit: _ => true, ct);

        async Task<bool> SpendInsideAsync(CancellationToken inner)
        {
            await db.ExecuteAsync(ForgetSql, new { user = user.Value, kind, before = now - Kept }, inner);
            return await db.ExecuteAsync(SpendSql, new { hash = tokenHash, kind, user = user.Value, now, expires = expiresAt }, inner) == 1;
        }
    }

    /// <inheritdoc/>
    public async Task IssueAsync(string kind, string tokenHash, UserId user, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
    {
        await db.HoldSignInsAsync(user.Value, ct);
        await db.ExecuteAsync(ForgetSql, new { user = user.Value, kind, before = now - Kept }, ct);
        await db.ExecuteAsync(VoidOlderSql, new { user = user.Value, kind, now }, ct);
        await db.ExecuteAsync(IssueSql, new { hash = tokenHash, kind, user = user.Value, now, expires = expiresAt }, ct);
    }

    /// <inheritdoc/>
    public async Task<UserId?> FindAsync(string kind, string tokenHash, DateTimeOffset now, CancellationToken ct) =>
        ToUser(await db.FindAsync<Guid?>(FindSql, new { hash = tokenHash, kind, now }, ct));

    /// <inheritdoc/>
    public async Task<UserId?> UseAsync(string kind, string tokenHash, DateTimeOffset now, CancellationToken ct) =>
        ToUser(await db.FindAsync<Guid?>(UseSql, new { hash = tokenHash, kind, now }, ct));

    /// <inheritdoc/>
    public Task VoidAsync(UserId user, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync(VoidAllSql, new { user = user.Value, now }, ct);

    private static UserId? ToUser(Guid? id) => id is { } found ? new UserId(found) : null;
}
