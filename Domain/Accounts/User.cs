namespace CollabHub.Domain.Accounts;

/// <summary>A person's account. A guest has neither e-mail nor password; its display name stands in <see cref="FirstName"/>.</summary>
public sealed record User
{
    /// <summary>The account's id.</summary>
    public required UserId Id { get; init; }

    /// <summary>As <see cref="EmailAddress.Normalize"/> returns it; null for guests. Unique without regard to case.</summary>
    public string? Email { get; init; }

    /// <summary>What the password hasher made; null for guests and accounts that sign in elsewhere.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>2 to 40 characters of ASCII letters, digits, dot, dash, underscore. Unique without regard to case.</summary>
    public required string Username { get; init; }

    /// <summary>Given name, or a guest's display name.</summary>
    public string? FirstName { get; init; }

    /// <summary>Family name.</summary>
    public string? LastName { get; init; }

    /// <summary>An https address of at most 500 characters.</summary>
    public string? ProfileImageUrl { get; init; }

    /// <summary>Whether the owner of the account has shown that the e-mail address is his.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>False: nobody signs in with it any more.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>The provider that the account is linked to; null without one.</summary>
    public string? ExternalProvider { get; init; }

    /// <summary>Wrong passwords since the last sign-in or new password.</summary>
    public int FailedLogins { get; init; }

    /// <summary>When the account was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether this is a guest.</summary>
    public bool IsGuest => Email is null && PasswordHash is null;

    /// <summary>What others see: first and last name, or the user name.</summary>
    public string DisplayName
    {
        get
        {
            var full = $"{FirstName} {LastName}".Trim();
            return full.Length == 0 ? Username : full;
        }
    }
}
