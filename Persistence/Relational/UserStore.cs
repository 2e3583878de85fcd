using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>users</c>.</summary>
public sealed class UserStore(DbSession db) : IUserStore
{
    private const string SelectSql = """
        select user_id, email, password_hash, username, first_name, last_name, profile_image_url, email_verified, is_active, failed_logins, oauth_provider,
               created_at
        from users
        """;

    private const string FindSql = SelectSql + " where user_id = @user";
    private const string FindByEmailSql = SelectSql + " where lower(email) = lower(@login)";
    private const string FindByUsernameSql = SelectSql + " where lower(username) = lower(@login)";

    private const string InsertSql = """
        insert into users (user_id, email, password_hash, username, first_name, last_name, profile_image_url, email_verified, is_active,
                           created_at, updated_at)
        values (@user, @email, @hash, @username, @first, @last, @image, @verified, @active, @created, @created)
        on conflict do nothing
        """;

    private const string UpdateProfileSql = """
        update users set username = @username, first_name = @first, last_name = @last, profile_image_url = @image, updated_at = @now
        where user_id = @user
        """;

    private const string SetPasswordSql = "update users set password_hash = @hash, failed_logins = 0, updated_at = @now where user_id = @user";
    private const string CountFailedSql = "update users set failed_logins = failed_logins + 1 where user_id = @user returning failed_logins";
    private const string TouchLoginSql = "update users set last_login = @now, failed_logins = 0 where user_id = @user";
    private const string SetActiveSql = "update users set is_active = @isActive, updated_at = @now where user_id = @user and username <> @deleted";

    /// <inheritdoc/>
    public async Task<User?> FindAsync(UserId user, CancellationToken ct) => ToUser(await db.FindAsync<Row>(FindSql, new { user = user.Value }, ct));

    /// <inheritdoc/>
    public async Task<User?> FindByLoginAsync(string login, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(login);
        // Nobody's name, and no text for Postgres.
        if (login.Contains('\0', StringComparison.Ordinal)) return null;
        // A user name has no @, so each login can mean one account only.
        var sql = login.Contains('@', StringComparison.Ordinal) ? FindByEmailSql : FindByUsernameSql;
        return ToUser(await db.FindAsync<Row>(sql, new { login }, ct));
    }

    /// <inheritdoc/>
    public async Task<Result<Done>> AddAsync(User user, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(user);
        var values = new
        {
            user = user.Id.Value, email = user.Email, hash = user.PasswordHash, username = user.Username, first = user.FirstName, last = user.LastName,
            image = user.ProfileImageUrl, verified = user.EmailVerified, active = user.IsActive, created = user.CreatedAt,
        };
        if (await db.ExecuteAsync(InsertSql, values, ct) == 1) return default(Done);
        return user.Email is { } email && await FindByLoginAsync(email, ct) is not null ? AccountErrors.EmailTaken : AccountErrors.UsernameTaken;
    }

    /// <inheritdoc/>
    public async Task<Result<Done>> UpdateProfileAsync(User user, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(user);
        try
        {
            var values = new { user = user.Id.Value, username = user.Username, first = user.FirstName, last = user.LastName, image = user.ProfileImageUrl, now };
            await db.ExecuteAsync(UpdateProfileSql, values, ct);
            return default(Done);
        }
        catch (Exception exception) when (db.Database.IsUniqueViolation(exception))
        {
            return AccountErrors.UsernameTaken;
        }
    }

    /// <inheritdoc/>
    public Task SetPasswordAsync(UserId user, string passwordHash, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(SetPasswordSql, new { user = user.Value, hash = passwordHash, now }, ct);

    /// <inheritdoc/>
    public async Task<int> CountFailedLoginAsync(UserId? user, CancellationToken ct) =>
        await db.FindAsync<int?>(CountFailedSql, new { user = user?.Value ?? Guid.Empty }, ct) ?? 0;

    /// <inheritdoc/>
    public Task SetActiveAsync(UserId user, bool isActive, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(SetActiveSql, new { user = user.Value, isActive, deleted = Names.Deleted(user), now }, ct);

    /// <inheritdoc/>
    public Task TouchLoginAsync(UserId user, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(TouchLoginSql, new { user = user.Value, now }, ct);

    private static User? ToUser(Row? row) => row is null
        ? null
        : new User
        {
            Id = new UserId(row.UserId),
            Email = row.Email,
            PasswordHash = row.PasswordHash,
            Username = row.Username,
            FirstName = row.FirstName,
            LastName = row.LastName,
            ProfileImageUrl = row.ProfileImageUrl,
            EmailVerified = row.EmailVerified,
            IsActive = row.IsActive,
            FailedLogins = row.FailedLogins,
            ExternalProvider = row.OauthProvider,
            CreatedAt = row.CreatedAt,
        };

    private sealed class Row
    {
        public Guid UserId { get; init; }
        public string? Email { get; init; }
        public string? PasswordHash { get; init; }
        public string Username { get; init; } = "";
        public string? FirstName { get; init; }
        public string? LastName { get; init; }
        public string? ProfileImageUrl { get; init; }
        public bool EmailVerified { get; init; }
        public bool IsActive { get; init; }
        public int FailedLogins { get; init; }
        public string? OauthProvider { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}
