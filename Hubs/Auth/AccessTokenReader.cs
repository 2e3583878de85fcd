using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Auth;

/// <summary>A checked access token.</summary>
/// <param name="Principal">As the middleware would have set it on the request.</param>
/// <param name="ExpiresAt">The end of the token, without skew.</param>
public sealed record ReadToken(ClaimsPrincipal Principal, DateTimeOffset ExpiresAt);

/// <summary>Checks access tokens that arrive inside a message instead of a request's header, by the same rules.</summary>
public sealed class AccessTokenReader(SigningKey key, TimeProvider clock)
{
    private readonly JsonWebTokenHandler _handler = TokenRegistration.NewHandler();
    private readonly TokenValidationParameters _parameters = TokenRegistration.ParametersOf(key, clock);

    /// <summary>The token, or null when it is not a live one of ours.</summary>
    public async Task<ReadToken?> ReadAsync(string? token)
    {
        if (string.IsNullOrEmpty(token)) return null;
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        return result.IsValid && TokenRegistration.IsWellFormed(result.SecurityToken)
            ? new ReadToken(new ClaimsPrincipal(result.ClaimsIdentity), new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero))
            : null;
    }
}
