namespace CollabHub.Domain.Accounts;

/// <summary>What comparing a password with a hash showed.</summary>
/// <param name="IsCorrect">Whether it is the password.</param>
/// <param name="BetterHash">A hash with today's parameters when the stored one is weaker; else null.</param>
public readonly record struct PasswordCheck(bool IsCorrect, string? BetterHash);

/// <summary>Slow, salted hashes; a bounded number at a time so that sign-ins cannot starve edits.</summary>
public interface IPasswordHashing
{
    /// <summary>The hash to store.</summary>
    Task<string> HashAsync(string password, CancellationToken ct);

    /// <summary>Compares; without a hash it works as long and says no, so that time does not tell which accounts exist.</summary>
    Task<PasswordCheck> CheckAsync(string? hash, string password, CancellationToken ct);
}
