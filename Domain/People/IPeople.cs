namespace CollabHub.Domain.People;

/// <summary>An account as others meet it.</summary>
/// <param name="Id">The account.</param>
/// <param name="Username">Unique, regardless of case.</param>
/// <param name="DisplayName">First and last name, or the username without them.</param>
/// <param name="Email">The address; null for guests.</param>
/// <param name="EmailVerified">Whether the account has shown that it reads that mailbox.</param>
/// <param name="IsActive">False once the account is disabled.</param>
public sealed record Person(UserId Id, string Username, string DisplayName, string? Email, bool EmailVerified, bool IsActive)
{
    /// <summary>Guests have no address.</summary>
    public bool IsGuest => Email is null;
}

/// <summary>Reads accounts where a workspace, session or invitation names one.</summary>
public interface IPeople
{
    /// <summary>The account, or null.</summary>
    Task<Person?> FindAsync(UserId user, CancellationToken ct);

    /// <summary>The account with that address, regardless of case, or null.</summary>
    Task<Person?> FindByEmailAsync(string email, CancellationToken ct);

    /// <summary>Notes that the account reads its mailbox; changes nothing when that was known.</summary>
    Task MarkEmailVerifiedAsync(UserId user, DateTimeOffset now, CancellationToken ct);
}
