using System.Security.Cryptography;
using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;

namespace CollabHub.Persistence.Relational;

/// <summary>The columns <c>oauth_provider</c> and <c>oauth_provider_id</c> of <c>users</c>, unique as a pair.</summary>
public sealed class ExternalIdentityStore(DbSession db) : IExternalIdentityStore
{
    private const int KeyBytes = 16;

    private const string FindSql = "select user_id from users where oauth_provider = @provider and oauth_provider_id = @subject";

    private const string LinkSql = """
        update users set oauth_provider = @provider, oauth_provider_id = @subject, updated_at = @now
        where user_id = @user and (oauth_provider is null or (oauth_provider = @provider and oauth_provider_id = @subject))
        """;

    private const string UnlinkSql = """
        update users set oauth_provider = null, oauth_provider_id = null, updated_at = @now where user_id = @user and oauth_provider = @provider
        """;

    /// <inheritdoc/>
    public async Task<UserId?> FindAsync(string provider, string subject, CancellationToken ct)
    {
        // Two first sign-ins of one person at once: the second waits, and then finds the account that the first one made.
        await db.HoldAsync("external", KeyOf(provider, subject), ct);
        return await db.FindAsync<Guid?>(FindSql, new { provider, subject }, ct) is { } id ? new UserId(id) : null;
    }

    /// <inheritdoc/>
    public async Task<Result<Done>> LinkAsync(UserId user, string provider, string subject, DateTimeOffset now, CancellationToken ct)
    {
        if (await FindAsync(provider, subject, ct) is { } owner && owner != user) return AccountErrors.ExternalLinkedElsewhere;
        try
        {
            var linked = await db.ExecuteAsync(LinkSql, new { user = user.Value, provider, subject, now }, ct);
            return linked == 1 ? default(Done) : AccountErrors.ExternalHasAnother;
        }
        catch (Exception exception) when (db.Database.IsUniqueViolation(exception))
        {
            return AccountErrors.ExternalLinkedElsewhere;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> UnlinkAsync(UserId user, string provider, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync(UnlinkSql, new { user = user.Value, provider, now }, ct) == 1;

    private static Guid KeyOf(string provider, string subject) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{provider}\0{subject}")).AsSpan(0, KeyBytes));
}
