using CollabHub.Domain;
using CollabHub.Domain.Accounts;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>refresh_tokens</c>.</summary>
public sealed class RefreshTokenStore(DbSession db) : IRefreshTokenStore
{
    private const string SelectSql = """
        select token_id, user_id, token_hash, family_id, replaced_by, expires_at, created_at, used_at, revoked_at, device_info, ip_address
        from refresh_tokens
        """;

    private const string FindByHashSql = SelectSql + " where token_hash = @hash";
    private const string FindSql = SelectSql + " where token_id = @token";
    private const string FamilyStartSql = "select min(created_at) from refresh_tokens where family_id = @family";

    private const string IsLiveSql = "select count(*) from refresh_tokens where family_id = @family and revoked_at is null";

    private string InsertSql => $"""
        insert into refresh_tokens (token_id, user_id, token_hash, family_id, expires_at, created_at, device_info, ip_address)
        values (@token, @user, @hash, @family, @expires, @created, @device, {db.Database.Address("ip")})
        on conflict (token_hash) do nothing
        """;

    private const string ReplaceSql = """
        update refresh_tokens set replaced_by = @next, used_at = @now where token_id = @token and replaced_by is null
        """;

    private const string RevokeFamilySql = "update refresh_tokens set revoked_at = @now where family_id = @family and revoked_at is null";

    private const string RevokeOthersSql = """
        update refresh_tokens set revoked_at = @now
        where user_id = @user and revoked_at is null and family_id <> @keep
        """;

    private const string DevicesSql = """
        select t.token_id, t.family_id, t.device_info, t.ip_address, t.expires_at, t.created_at as last_used_at,
               (select min(f.created_at) from refresh_tokens f where f.family_id = t.family_id) as signed_in_at
        from refresh_tokens t
        where t.user_id = @user and t.revoked_at is null and t.replaced_by is null and t.expires_at > @now
        order by t.created_at desc, t.token_id desc
        """;

    /// <inheritdoc/>
    public Task<RefreshToken?> FindByHashAsync(string tokenHash, CancellationToken ct) => FindAsync(FindByHashSql, new { hash = tokenHash }, ct);

    /// <inheritdoc/>
    public Task<RefreshToken?> FindAsync(Guid tokenId, CancellationToken ct) => FindAsync(FindSql, new { token = tokenId }, ct);

    /// <inheritdoc/>
    public async Task<bool> IsLiveAsync(Guid family, CancellationToken ct) => await db.FindAsync<long>(IsLiveSql, new { family }, ct) > 0;

    /// <inheritdoc/>
    public Task<DateTimeOffset> FamilyStartAsync(Guid family, CancellationToken ct) => db.FindAsync<DateTimeOffset>(FamilyStartSql, new { family }, ct);

    /// <inheritdoc/>
    public async Task<bool> AddAsync(RefreshToken token, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(token);
        var values = new
        {
            token = token.TokenId, user = token.User.Value, hash = token.TokenHash, family = token.Family, expires = token.ExpiresAt,
            created = token.CreatedAt, device = token.DeviceInfo, ip = token.IpAddress,
        };
        return await db.ExecuteAsync(InsertSql, values, ct) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> ReplaceAsync(Guid tokenId, Guid replacedBy, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync(ReplaceSql, new { token = tokenId, next = replacedBy, now }, ct) == 1;

    /// <inheritdoc/>
    public async Task<bool> RevokeFamilyAsync(Guid family, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync(RevokeFamilySql, new { family, now }, ct) > 0;

    /// <inheritdoc/>
    public async Task RevokeOthersAsync(UserId user, Guid? keep, DateTimeOffset now, CancellationToken ct)
    {
        await db.HoldSignInsAsync(user.Value, ct);
        await db.ExecuteAsync(RevokeOthersSql, new { user = user.Value, keep = keep ?? Guid.Empty, now }, ct);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Device>> DevicesAsync(UserId user, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await db.QueryAsync<DeviceRow>(DevicesSql, new { user = user.Value, now }, ct);
        return [.. rows.Select(row => new Device(row.TokenId, row.FamilyId, row.DeviceInfo, row.IpAddress, row.SignedInAt, row.LastUsedAt, row.ExpiresAt))];
    }

    // In a transaction the owner's sign-ins are held, then the row is read again: otherwise a successor could be added to a chain that ends.
    private async Task<RefreshToken?> FindAsync(string sql, object args, CancellationToken ct)
    {
        var row = await db.FindAsync<Row>(sql, args, ct);
        if (row is null || !db.InTransaction || db.Database.HoldSql is null) return ToToken(row);
        await db.HoldSignInsAsync(row.UserId, ct);
        return ToToken(await db.FindAsync<Row>(sql, args, ct));
    }

    private static RefreshToken? ToToken(Row? row) => row is null
        ? null
        : new RefreshToken(
            row.TokenId, new UserId(row.UserId), row.TokenHash, row.FamilyId, row.ReplacedBy, row.ExpiresAt, row.CreatedAt, row.UsedAt, row.RevokedAt,
            row.DeviceInfo, row.IpAddress);

    private sealed class Row
    {
        public Guid TokenId { get; init; }
        public Guid UserId { get; init; }
        public string TokenHash { get; init; } = "";
        public Guid FamilyId { get; init; }
        public Guid? ReplacedBy { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? UsedAt { get; init; }
        public DateTimeOffset? RevokedAt { get; init; }
        public string? DeviceInfo { get; init; }
        public string? IpAddress { get; init; }
    }

    private sealed class DeviceRow
    {
        public Guid TokenId { get; init; }
        public Guid FamilyId { get; init; }
        public string? DeviceInfo { get; init; }
        public string? IpAddress { get; init; }
        public DateTimeOffset SignedInAt { get; init; }
        public DateTimeOffset LastUsedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
    }
}
