namespace CollabHub.Domain.Access;

/// <summary>Who asks: an account, or nobody.</summary>
/// <param name="User">The account, null for an anonymous caller.</param>
/// <param name="IsGuest">Whether the account is a guest: limited to sessions that it was invited to or created.</param>
public readonly record struct Actor(UserId? User, bool IsGuest = false)
{
    /// <summary>Nobody is signed in.</summary>
    public static Actor Anonymous => default;

    /// <summary>Whether an account stands behind the call.</summary>
    public bool IsSignedIn => User is not null;
}

/// <summary>Where a call came from, for the audit row; already reduced to trusted values by the edge.</summary>
/// <param name="IpAddress">The client's address, behind listed proxies only.</param>
/// <param name="UserAgent">At most 512 characters, without control characters.</param>
public sealed record CallOrigin(string? IpAddress, string? UserAgent);
