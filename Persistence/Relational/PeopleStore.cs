using CollabHub.Domain;
using CollabHub.Domain.People;

namespace CollabHub.Persistence.Relational;

/// <summary>Accounts as others meet them.</summary>
public sealed class PeopleStore(DbSession db) : IPeople
{
    private const string SelectSql = $"""
        select u.user_id, u.username, {PersonSql.DisplayName} as display_name, u.email, u.email_verified, u.is_active
        from users u
        """;

    private const string MarkVerifiedSql = """
        update users set email_verified = true, updated_at = @now where user_id = @user and email_verified = false
        """;

    /// <inheritdoc/>
    public async Task<Person?> FindAsync(UserId user, CancellationToken ct) =>
        (await db.FindAsync<Row>(SelectSql + " where u.user_id = @user", new { user = user.Value }, ct))?.ToPerson();

    /// <inheritdoc/>
    public async Task<Person?> FindByEmailAsync(string email, CancellationToken ct) =>
        (await db.FindAsync<Row>(SelectSql + " where lower(u.email) = lower(@email)", new { email }, ct))?.ToPerson();

    /// <inheritdoc/>
    public Task MarkEmailVerifiedAsync(UserId user, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(MarkVerifiedSql, new { user = user.Value, now }, ct);

    private sealed class Row
    {
        public Guid UserId { get; init; }
        public string Username { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string? Email { get; init; }
        public bool EmailVerified { get; init; }
        public bool IsActive { get; init; }

        public Person ToPerson() => new(new UserId(UserId), Username, DisplayName, Email, EmailVerified, IsActive);
    }
}
