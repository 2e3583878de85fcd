using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Security;

namespace CollabHub.Domain.Accounts;

/// <summary>How long sign-ins last.</summary>
/// <param name="Life">From the password to the end, however often it is refreshed.</param>
/// <param name="Idle">Without a refresh.</param>
public sealed record SignInRules(TimeSpan Life, TimeSpan Idle)
{
    /// <summary>Wrong passwords in a row after which the right one is refused too, until it is reset (NIST SP 800-63B-4, 3.2.2).</summary>
    public int MostFailures { get; init; } = 100;
}

/// <summary>A sign-in as the edge hands it out.</summary>
/// <param name="User">The account.</param>
/// <param name="Family">The sign-in's id.</param>
/// <param name="RefreshToken">The secret for the next refresh.</param>
public sealed record SignedIn(User User, Guid Family, string RefreshToken);

/// <summary>
/// Which refresh token follows another: an HMAC under the server's key. So every request of a race, on any node, computes the same
/// successor without anything secret being stored.
/// </summary>
/// <param name="keys">The present key, then those of before: what they made is still recognised.</param>
public sealed class RefreshSuccession(IReadOnlyList<byte[]> keys)
{
    /// <summary>The successor of a token.</summary>
    public SecretToken After(string token) => After(token, keys[0]);

    /// <summary>What may have been made the successor of a token while one of the keys was the present one.</summary>
    public IEnumerable<SecretToken> Candidates(string token) => keys.Select(key => After(token, key));

    private static SecretToken After(string token, byte[] key)
    {
        var text = Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(token)));
        return new SecretToken(text, SecretToken.HashOf(text));
    }
}

/// <summary>Begins sign-ins; inside a unit of work of the caller.</summary>
public sealed class SignIns(IRefreshTokenStore tokens, SignInRules rules, IIdSource ids, TimeProvider clock)
{
    private const int MaxDeviceInfo = 500;

    /// <summary>The first refresh token of a new sign-in.</summary>
    public async Task<SignedIn> BeginAsync(User user, string? deviceInfo, CallOrigin origin, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(origin);
        var now = clock.GetUtcNow();
        var secret = SecretToken.Create();
        var device = deviceInfo ?? origin.UserAgent;
        var token = new RefreshToken(
            ids.Next(), user.Id, secret.Hash, Family: ids.Next(), ReplacedBy: null, ExpiresAt(now, now), now, UsedAt: null, RevokedAt: null,
            device is { Length: > MaxDeviceInfo } ? device[..MaxDeviceInfo] : device, origin.IpAddress);
        await tokens.AddAsync(token, ct);
        return new SignedIn(user, token.Family, secret.Text);
    }

    /// <summary>The end of a token handed out now, in a sign-in that began at <paramref name="start"/>.</summary>
    internal DateTimeOffset ExpiresAt(DateTimeOffset start, DateTimeOffset now)
    {
        var (end, idle) = (start + rules.Life, now + rules.Idle);
        return end < idle ? end : idle;
    }
}
