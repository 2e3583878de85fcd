using CollabHub.Domain;
using CollabHub.Domain.Access;

namespace CollabHub.Persistence.Relational;

/// <summary>Names out of the <c>users</c> table.</summary>
public sealed class DisplayNames(DbSession db) : IDisplayNames
{
    private const string FindSql = """
        select coalesce(nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''), username)
        from users where user_id = @user and is_active = true
        """;

    /// <inheritdoc/>
    public Task<string?> FindAsync(UserId user, CancellationToken ct) => db.FindAsync<string>(FindSql, new { user = user.Value }, ct);
}
