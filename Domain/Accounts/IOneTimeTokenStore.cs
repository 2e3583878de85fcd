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
}
