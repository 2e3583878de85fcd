namespace CollabHub.Domain.Access;

/// <summary>What others see of an account.</summary>
public interface IDisplayNames
{
    /// <summary>First and last name, else the username; null for an account that does not exist or is not active.</summary>
    Task<string?> FindAsync(UserId user, CancellationToken ct);
}
