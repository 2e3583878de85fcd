namespace CollabHub.Domain.Accounts;

/// <summary>Secrets that work once.</summary>
public interface IOneTimeTokenStore
{
    /// <summary>Notes that a signed token, which needed no row until now, was used; false when it was used before.</summary>
    /// <param name="kind">Such as <c>ticket</c>.</param>
    /// <param name="tokenHash">SHA-256 of what is unique in it.</param>
    /// <param name="user">Whose.</param>
    /// <param name="expiresAt">When it ends by itself; the row may be forgotten later.</param>
    /// <param name="now">When it was used.</param>
    /// <param name="ct">Cancellation.</param>
    Task<bool> SpendAsync(string kind, string tokenHash, UserId user, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct);

    /// <summary>Hands a token out; older ones of the same kind and account are void from then on. Inside a unit of work.</summary>
    /// <param name="kind">Such as <c>reset_password</c>.</param>
    /// <param name="tokenHash">SHA-256 of the secret.</param>
    /// <param name="user">Whose.</param>
    /// <param name="expiresAt">When it ends unused.</param>
    /// <param name="now">When it is handed out.</param>
    /// <param name="ct">Cancellation.</param>
    Task IssueAsync(string kind, string tokenHash, UserId user, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct);

    /// <summary>Whose live token this is; null when it is unknown, used, void or expired. It stays live.</summary>
    Task<UserId?> FindAsync(string kind, string tokenHash, DateTimeOffset now, CancellationToken ct);

    /// <summary>Uses a live token and answers whose it was; of many at once exactly one gets an answer, the others null.</summary>
    Task<UserId?> UseAsync(string kind, string tokenHash, DateTimeOffset now, CancellationToken ct);

    /// <summary>Voids every live token of an account, of any kind.</summary>
    Task VoidAsync(UserId user, DateTimeOffset now, CancellationToken ct);
}
