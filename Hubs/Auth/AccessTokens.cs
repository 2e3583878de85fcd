using System.Globalization;
using System.Security.Claims;
using CollabHub.Domain;
using CollabHub.Hubs.Options;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Auth;

/// <summary>A signed access token.</summary>
/// <param name="Text">The JWT.</param>
/// <param name="ExpiresIn">Its life in seconds.</param>
public sealed record AccessToken(string Text, int ExpiresIn);

/// <summary>Issues short-lived access tokens.</summary>
public sealed class AccessTokens(SigningKey key, IOptions<AuthOptions> options, TimeProvider clock)
{
    /// <summary>The <c>typ</c> header (RFC 9068).</summary>
    public const string Type = "at+jwt";

    /// <summary>The <c>iss</c> claim.</summary>
    public const string Issuer = "collabhub";

    /// <summary>The <c>aud</c> claim: REST and hubs.</summary>
    public const string Audience = "collabhub-api";

    private readonly JsonWebTokenHandler _handler = TokenRegistration.NewHandler();

    /// <summary>A token for an account and the sign-in that it came from.</summary>
    public AccessToken Issue(UserId user, bool isGuest, Guid family)
    {
        var now = clock.GetUtcNow();
        var life = TimeSpan.FromMinutes(options.Value.AccessTokenMinutes);
        var claims = new Dictionary<string, object>
        {
            [CollabClaims.Subject] = user.ToString(),
            [CollabClaims.Family] = family.ToString("D", CultureInfo.InvariantCulture),
            [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture),
        };
        if (isGuest) claims[CollabClaims.Guest] = "true";
        var text = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = Issuer,
            Audience = Audience,
            Claims = claims,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + life).UtcDateTime,
            SigningCredentials = key.Credentials,
        });
        return new AccessToken(text, (int)life.TotalSeconds);
    }

    /// <summary>The principal behind a token that arrives inside a message, or null when it is not one of ours or has run out.</summary>
    public async Task<ClaimsPrincipal?> ValidateAsync(string? token)
    {
        if (string.IsNullOrEmpty(token)) return null;
        var result = await _handler.ValidateTokenAsync(token, TokenRegistration.ParametersOf(key, clock));
        return result.IsValid && TokenRegistration.IsWellFormed(result.SecurityToken) ? new ClaimsPrincipal(result.ClaimsIdentity) : null;
    }
}
