using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Security;
using Microsoft.AspNetCore.DataProtection;

namespace CollabHub.Hubs.Auth.External;

/// <summary>
/// One-time codes that carry a proved identity from the provider's callback to the page. Sealed, good for two minutes, and bound to whoever
/// began with the SHA-256 of a secret, which must be shown (RFC 7636, S256, between page and server). Who began without one may do without.
/// </summary>
public sealed class ExternalCodes(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long a code is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private const int ChallengeLength = 43;

    private readonly IDataProtector _protector = protection.CreateProtector("external sign-in code");

    /// <summary>Whether the text can be the challenge of a verifier.</summary>
    public static bool IsChallenge(string? text) => text is { Length: ChallengeLength } && Base64Url.IsValid(text);

    /// <summary>A code for an identity; without a challenge nobody needs a verifier for it.</summary>
    public string Issue(ExternalIdentity identity, string? challenge)
    {
        var grant = new ExternalGrant(SecretToken.Create().Text, identity, clock.GetUtcNow() + Life);
        return Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(new Sealed(grant, challenge))));
    }

    /// <summary>The identity in a code; null when it is not a live one of ours or the verifier is another browser's.</summary>
    public ExternalGrant? Open(string code, string? verifier)
    {
        if (!Base64Url.IsValid(code)) return null;
        try
        {
            var opened = JsonSerializer.Deserialize<Sealed>(_protector.Unprotect(Base64Url.DecodeFromChars(code)))!;
            return Matches(opened.Challenge, verifier) && clock.GetUtcNow() < opened.Grant.ExpiresAt ? opened.Grant : null;
        }
        catch (CryptographicException)
        {
            return null; // how Data Protection says that it is none of ours
        }
    }

    private static bool Matches(string? challenge, string? verifier)
    {
        if (challenge is null) return true;
        var presented = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier ?? "")));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(challenge));
    }

    private sealed record Sealed(ExternalGrant Grant, string? Challenge);
}
