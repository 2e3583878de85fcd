using System.Security.Claims;
using CollabHub.Domain.Accounts;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Storage;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Auth;

/// <summary>Bearer authentication for REST, hubs and sockets.</summary>
public static class TokenRegistration
{
    private const int MaxTokenLength = 4_096;
    // What our tokens never have: extensions, and keys or addresses of keys that a token brings along.
    private static readonly string[] ForeignHeaders = ["crit", "jku", "jwk", "x5u", "x5c"];

    private const string Ended = "The sign-in has ended.";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Registers the issuer of access tokens and the check that only its tokens pass.</summary>
    public static void AddTokens(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.AddSingleton(services => SigningKey.Load(settings.Auth, services.GetRequiredService<DataDirectory>()));
        builder.Services.AddSingleton<AccessTokens>();
        builder.Services.AddSingleton<Tickets>();
        builder.Services.AddSingleton<SignInConnections>();
        builder.Services.AddSingleton<MessageTokens>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<SigningKey, TimeProvider>(Configure);
        builder.Services.AddAuthorization();
    }

    private static void Configure(JwtBearerOptions bearer, SigningKey key, TimeProvider clock)
    {
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.IncludeErrorDetails = false;
        bearer.TimeProvider = clock;
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(NewHandler());
        bearer.TokenValidationParameters = ParametersOf(key, clock);
        bearer.Events = new JwtBearerEvents { OnMessageReceived = TakeFromQuery, OnTokenValidated = RefuseOddOnes };
    }

    internal static JsonWebTokenHandler NewHandler() =>
        new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenLength, SetDefaultTimesOnTokenCreation = false };

    /// <summary>Whether a token whose signature and claims were checked also has the form that we give tokens.</summary>
    internal static bool IsWellFormed(SecurityToken token) =>
        token is JsonWebToken jwt && Guid.TryParseExact(jwt.Subject, "D", out _) && !Array.Exists(ForeignHeaders, name => jwt.TryGetHeaderValue<object>(name, out _));

    /// <summary>What makes a token one of ours; also for tokens that arrive inside a message.</summary>
    internal static TokenValidationParameters ParametersOf(
        SigningKey key, TimeProvider clock, string type = AccessTokens.Type, string audience = AccessTokens.Audience) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidTypes = [type],
        ValidIssuer = AccessTokens.Issuer,
        ValidAudience = audience,
        IssuerSigningKeys = key.Accepted,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        ClockSkew = ClockSkew,
        NameClaimType = CollabClaims.Subject,
        LifetimeValidator = (from, until, _, parameters) => IsLive(from, until, clock.GetUtcNow().UtcDateTime, parameters.ClockSkew),
    };

    private static bool IsLive(DateTime? from, DateTime? until, DateTime now, TimeSpan skew) =>
        until is { } end && now < end + skew && (from is not { } start || start <= now + skew);

    private static async Task RefuseOddOnes(TokenValidatedContext context)
    {
        if (!IsWellFormed(context.SecurityToken)) context.Fail("The token is not one of ours.");
        else if (!await IsLiveAsync(context.HttpContext, context.Principal)) context.Fail(Ended);
    }

    private static bool IsSocket(HttpRequest request) => request.Path.StartsWithSegments("/hubs") || request.Path.StartsWithSegments("/yjs");

    // A token outlives the end of its sign-in by minutes; nobody who was signed out, removed or locked may use them.
    private static async Task<bool> IsLiveAsync(HttpContext context, ClaimsPrincipal? principal) =>
        principal.Family() is { } family
        && await context.RequestServices.GetRequiredService<IRefreshTokenStore>().IsLiveAsync(family, context.RequestAborted);

    /// <summary>Browsers cannot set headers on a WebSocket: there, and only there, the token or a ticket may stand in the query.</summary>
    private static async Task TakeFromQuery(MessageReceivedContext context)
    {
        if (!IsSocket(context.Request) || context.Request.Query["access_token"].ToString() is not { Length: > 0 } token) return;
        var tickets = context.HttpContext.RequestServices.GetRequiredService<Tickets>();
        if (!tickets.IsTicket(token))
        {
            context.Token = token;
            return;
        }
        context.Principal = await tickets.RedeemAsync(token, context.HttpContext.RequestAborted);
        if (context.Principal is null) context.Fail("The ticket is not a live one of ours, or was used before.");
        else if (!await IsLiveAsync(context.HttpContext, context.Principal)) context.Fail(Ended);
        else context.Success();
    }
}
