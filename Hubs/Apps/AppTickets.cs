using System.Security.Claims;
using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Security;
using CollabHub.Hubs.Auth;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Apps;

/// <summary>Who stands before an app's gate.</summary>
/// <param name="User">The account.</param>
/// <param name="Family">The sign-in; with its end the gate closes.</param>
/// <param name="IsGuest">Whether it is a guest.</param>
public sealed record AppVisitor(UserId User, Guid Family, bool IsGuest);

/// <summary>
/// Tickets open the gate of one app once, within seconds; the cookie that is given for one keeps it open. Both are signed for this purpose and this
/// deployment, and good for nothing else.
/// </summary>
public sealed class AppTickets(SigningKey key, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>Seconds that a ticket lives.</summary>
    public const int TicketSeconds = 30;

    /// <summary>How long a cookie lives; what it opens is decided anew at every request.</summary>
    public static readonly TimeSpan CookieLife = TimeSpan.FromHours(12);

    private const string TicketType = "app-ticket+jwt";
    private const string CookieType = "app-gate+jwt";
    private const string TicketAudience = "collabhub-app-ticket";
    private const string CookieAudience = "collabhub-app-gate";
    private const string DeploymentClaim = "dep";
    private const string SpentAs = "app-ticket";

    private readonly JsonWebTokenHandler _handler = TokenRegistration.NewHandler();

    /// <summary>A ticket of the caller for one app.</summary>
    public string Issue(ClaimsPrincipal caller, DeploymentId deployment)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var actor = caller.Actor();
        var visitor = new AppVisitor(
            actor.User ?? throw new InvalidOperationException("A ticket is for someone."), caller.Family() ?? throw new InvalidOperationException("A ticket belongs to a sign-in."),
            actor.IsGuest);
        return Make(visitor, deployment, TicketType, TicketAudience, TimeSpan.FromSeconds(TicketSeconds));
    }

    /// <summary>The cookie for a ticket, once; null when it is not a live one of ours for this app, or was used before.</summary>
    public async Task<string?> RedeemAsync(string ticket, DeploymentId deployment, CancellationToken ct)
    {
        if (await ReadAsync(ticket, deployment, TicketType, TicketAudience) is not { } read) return null;
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<IOneTimeTokenStore>();
        var expires = new DateTimeOffset(read.Token.ValidTo, TimeSpan.Zero);
        if (!await store.SpendAsync(SpentAs, SecretToken.HashOf(read.Token.Id), read.Visitor.User, expires, clock.GetUtcNow(), ct)) return null;
        return Make(read.Visitor, deployment, CookieType, CookieAudience, CookieLife);
    }

    /// <summary>Whose cookie it is; null when it is not a live one of ours for this app.</summary>
    public async Task<AppVisitor?> VisitorAsync(string cookie, DeploymentId deployment) => (await ReadAsync(cookie, deployment, CookieType, CookieAudience))?.Visitor;

    /// <summary>Whether a text is a token that this server made, of whatever kind; none of them is an app's business.</summary>
    public bool IsOurs(string text) => _handler.CanReadToken(text) && _handler.ReadJsonWebToken(text).Issuer == AccessTokens.Issuer;

    private string Make(AppVisitor visitor, DeploymentId deployment, string type, string audience, TimeSpan life)
    {
        var now = clock.GetUtcNow();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type, Issuer = AccessTokens.Issuer, Audience = audience, IssuedAt = now.UtcDateTime, NotBefore = now.UtcDateTime,
            Expires = (now + life).UtcDateTime, SigningCredentials = key.Credentials,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Jti] = SecretToken.Create().Text, [CollabClaims.Subject] = visitor.User.ToString(),
                [CollabClaims.Family] = visitor.Family.ToString("D"), [CollabClaims.Guest] = visitor.IsGuest ? "true" : "false", [DeploymentClaim] = deployment.ToString(),
            },
        });
    }

    private sealed record Reading(JsonWebToken Token, AppVisitor Visitor);

    private async Task<Reading?> ReadAsync(string text, DeploymentId deployment, string type, string audience)
    {
        var parameters = TokenRegistration.ParametersOf(key, clock, type, audience);
        parameters.ClockSkew = TimeSpan.Zero;
        var result = await _handler.ValidateTokenAsync(text, parameters);
        if (!result.IsValid || !TokenRegistration.IsWellFormed(result.SecurityToken)) return null;
        var token = (JsonWebToken)result.SecurityToken;
        if (!token.TryGetPayloadValue<string>(DeploymentClaim, out var id) || id != deployment.ToString()) return null;
        if (!token.TryGetPayloadValue<string>(CollabClaims.Family, out var family) || !Guid.TryParseExact(family, "D", out var signIn)) return null;
        var isGuest = token.TryGetPayloadValue<string>(CollabClaims.Guest, out var guest) && guest == "true";
        return new Reading(token, new AppVisitor(new UserId(Guid.Parse(token.Subject)), signIn, isGuest));
    }
}
