using System.Globalization;
using System.Security.Claims;
using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Auth;

/// <summary>
/// Tickets stand for an access token in a WebSocket's address, where it might be seen: they live 30 s and open one connection.
/// A ticket is signed, so handing one out writes nothing; using it leaves its number behind, which makes the second use fail on every node.
/// </summary>
public sealed class Tickets(SigningKey key, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>The <c>typ</c> header, which no access token has.</summary>
    public const string Type = "ticket+jwt";

    /// <summary>The <c>aud</c> claim: sockets only.</summary>
    public const string Audience = "collabhub-socket";

    /// <summary>Seconds that a ticket lives.</summary>
    public const int LifeSeconds = 30;

    private const string Kind = "ticket";
    private const string AccessExpiry = "axp";

    private readonly JsonWebTokenHandler _handler = TokenRegistration.NewHandler();

    /// <summary>A ticket for the caller; the connection that it opens ends when the access token of <paramref name="caller"/> would have ended it.</summary>
    public string Issue(ClaimsPrincipal caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var now = clock.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Jti] = SecretToken.Create().Text,
            [AccessExpiry] = caller.ExpiresAt().ToUnixTimeSeconds(),
        };
        foreach (var name in new[] { CollabClaims.Subject, CollabClaims.Family, CollabClaims.Guest })
        {
            if (caller.FindFirst(name)?.Value is { } value) claims[name] = value;
        }
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type, Issuer = AccessTokens.Issuer, Audience = Audience, Claims = claims, IssuedAt = now.UtcDateTime, NotBefore = now.UtcDateTime,
            Expires = now.AddSeconds(LifeSeconds).UtcDateTime, SigningCredentials = key.Credentials,
        });
    }

    /// <summary>Whether the text has the form of a ticket; nothing in it is checked.</summary>
    public bool IsTicket(string token) => _handler.CanReadToken(token) && _handler.ReadJsonWebToken(token).Typ == Type;

    /// <summary>The caller behind a ticket, once; null when it is not a live one of ours or was used before.</summary>
    public async Task<ClaimsPrincipal?> RedeemAsync(string ticket, CancellationToken ct)
    {
        var parameters = TokenRegistration.ParametersOf(key, clock, Type, Audience);
        // A ticket is issued and used by the same server within seconds; skew would only double its life.
        parameters.ClockSkew = TimeSpan.Zero;
        var result = await _handler.ValidateTokenAsync(ticket, parameters);
        if (!result.IsValid || !TokenRegistration.IsWellFormed(result.SecurityToken)) return null;
        var token = (JsonWebToken)result.SecurityToken;
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<IOneTimeTokenStore>();
        var user = new UserId(Guid.Parse(token.Subject));
        var first = await store.SpendAsync(
            Kind, SecretToken.HashOf(token.Id), user, new DateTimeOffset(token.ValidTo, TimeSpan.Zero), clock.GetUtcNow(), ct);
        return first ? PrincipalOf(token) : null;
    }

    private static ClaimsPrincipal PrincipalOf(JsonWebToken token)
    {
        var claims = token.Claims.Where(claim => claim.Type is CollabClaims.Subject or CollabClaims.Family or CollabClaims.Guest).ToList();
        claims.Add(new Claim(JwtRegisteredClaimNames.Exp, token.GetPayloadValue<long>(AccessExpiry).ToString(CultureInfo.InvariantCulture)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Kind, CollabClaims.Subject, roleType: null));
    }
}
