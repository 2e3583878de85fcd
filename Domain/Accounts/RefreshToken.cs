namespace CollabHub.Domain.Accounts;

/// <summary>One link in the chain of refresh tokens that a sign-in hands out; only the last one is live.</summary>
/// <param name="TokenId">The row.</param>
/// <param name="User">Whose sign-in.</param>
/// <param name="TokenHash">SHA-256 of the secret.</param>
/// <param name="Family">The sign-in: shared by all links of the chain.</param>
/// <param name="ReplacedBy">The next link, once this one was used.</param>
/// <param name="ExpiresAt">End of the idle time, never after the end of the sign-in.</param>
/// <param name="CreatedAt">When this link was handed out.</param>
/// <param name="UsedAt">When it was exchanged for the next.</param>
/// <param name="RevokedAt">When the sign-in was ended.</param>
/// <param name="DeviceInfo">What the client called itself, at most 500 characters.</param>
/// <param name="IpAddress">The address that it was handed to.</param>
public sealed record RefreshToken(
    Guid TokenId,
    UserId User,
    string TokenHash,
    Guid Family,
    Guid? ReplacedBy,
    DateTimeOffset ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UsedAt,
    DateTimeOffset? RevokedAt,
    string? DeviceInfo,
    string? IpAddress);

/// <summary>A sign-in that is still good, for its owner to look at.</summary>
/// <param name="TokenId">Its present link; names it in <c>DELETE /me/devices/{tokenId}</c>.</param>
/// <param name="Family">The sign-in.</param>
/// <param name="DeviceInfo">What the client called itself.</param>
/// <param name="IpAddress">Where it was last refreshed from.</param>
/// <param name="SignedInAt">When it began.</param>
/// <param name="LastUsedAt">When it was last refreshed.</param>
/// <param name="ExpiresAt">When it ends unless refreshed.</param>
public sealed record Device(
    Guid TokenId, Guid Family, string? DeviceInfo, string? IpAddress, DateTimeOffset SignedInAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt);

/// <summary>The refresh tokens.</summary>
public interface IRefreshTokenStore
{
    /// <summary>The token with that hash, or null.</summary>
    Task<RefreshToken?> FindByHashAsync(string tokenHash, CancellationToken ct);

    /// <summary>The token, or null.</summary>
    Task<RefreshToken?> FindAsync(Guid tokenId, CancellationToken ct);

    /// <summary>Whether the sign-in exists and was not ended.</summary>
    Task<bool> IsLiveAsync(Guid family, CancellationToken ct);

    /// <summary>When the sign-in began.</summary>
    Task<DateTimeOffset> FamilyStartAsync(Guid family, CancellationToken ct);

    /// <summary>Adds a token; false when one with its hash exists, and then nothing changed.</summary>
    Task<bool> AddAsync(RefreshToken token, CancellationToken ct);

    /// <summary>Marks a token as used and replaced; false when it was already, and then nothing changed.</summary>
    Task<bool> ReplaceAsync(Guid tokenId, Guid replacedBy, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends a sign-in; answers whether it was live.</summary>
    Task<bool> RevokeFamilyAsync(Guid family, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends every sign-in of an account but one.</summary>
    Task RevokeOthersAsync(UserId user, Guid? keep, DateTimeOffset now, CancellationToken ct);

    /// <summary>The sign-ins that are still good, latest first.</summary>
    Task<IReadOnlyList<Device>> DevicesAsync(UserId user, DateTimeOffset now, CancellationToken ct);
}
