using System.Globalization;
using System.Security.Claims;

namespace CollabHub.Hubs.Auth;

/// <summary>Facts of an access token beside the account.</summary>
public static class TokenClaims
{
    /// <summary>When the token behind a principal runs out; the distant past when it does not say.</summary>
    public static DateTimeOffset ExpiresAt(this ClaimsPrincipal? principal) =>
        long.TryParse(principal?.FindFirst("exp")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.MinValue;
}
