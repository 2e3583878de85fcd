using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Accounts;

/// <summary>The accounts.</summary>
public interface IUserStore
{
    /// <summary>The account, or null; inactive ones included.</summary>
    Task<User?> FindAsync(UserId user, CancellationToken ct);

    /// <summary>The account with that e-mail address or user name, whatever the case; or null.</summary>
    Task<User?> FindByLoginAsync(string login, CancellationToken ct);

    /// <summary>Adds an account; <see cref="AccountErrors.EmailTaken"/> or <see cref="AccountErrors.UsernameTaken"/> when one is in the way.</summary>
    Task<Result<Done>> AddAsync(User user, CancellationToken ct);

    /// <summary>Replaces user name, names and image; <see cref="AccountErrors.UsernameTaken"/> when that name is another's.</summary>
    Task<Result<Done>> UpdateProfileAsync(User user, DateTimeOffset now, CancellationToken ct);

    /// <summary>Replaces the password's hash and forgets the failed sign-ins.</summary>
    Task SetPasswordAsync(UserId user, string passwordHash, DateTimeOffset now, CancellationToken ct);

    /// <summary>Lets nobody sign in with the account any more, or lets its owner again; one that was deleted stays as it is.</summary>
    Task SetActiveAsync(UserId user, bool isActive, DateTimeOffset now, CancellationToken ct);

    /// <summary>Notes a failed sign-in and answers how many there were in a row; without an account it works as long and answers 0.</summary>
    Task<int> CountFailedLoginAsync(UserId? user, CancellationToken ct);

    /// <summary>Notes a sign-in and forgets the failed ones.</summary>
    Task TouchLoginAsync(UserId user, DateTimeOffset now, CancellationToken ct);
}
