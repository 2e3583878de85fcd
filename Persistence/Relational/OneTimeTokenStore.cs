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

    /// <inheritdoc/>
    public Task<bool> SpendAsync(string kind, string tokenHash, UserId user, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct) => db.RunAsync(
        async inner =>
        {
            await db.ExecuteAsync(ForgetSql, new { user = user.Value, kind, before = now - Kept }, inner);
            return await db.ExecuteAsync(SpendSql, new { hash = tokenHash, kind, user = user.Value, now, expires = expiresAt }, inner) == 1;
        },
        commit: _ => true,
        ct);
}
