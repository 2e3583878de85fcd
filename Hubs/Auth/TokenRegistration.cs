using CollabHub.Hubs.Options;
using CollabHub.Hubs.Storage;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Auth;

/// <summary>Bearer authentication for REST, hubs and sockets.</summary>
public static class TokenRegistration
{
    private const int MaxTokenLength = 4_096;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Registers the issuer of access tokens and the check that only its tokens pass.</summary>
    public static void AddTokens(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.AddSingleton(services => SigningKey.Load(settings.Auth, services.GetRequiredService<DataDirectory>()));
        builder.Services.AddSingleton<AccessTokens>();
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
        bearer.TokenHandlers.Add(new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenLength });
        bearer.TokenValidationParameters = ParametersOf(key, clock);
        bearer.Events = new JwtBearerEvents { OnMessageReceived = TakeFromQuery };
    }

    /// <summary>What makes a token one of ours; also for tokens that arrive inside a message.</summary>
    internal static TokenValidationParameters ParametersOf(SigningKey key, TimeProvider clock) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidTypes = [AccessTokens.Type],
        ValidIssuer = AccessTokens.Issuer,
        ValidAudience = AccessTokens.Audience,
        IssuerSigningKey = key.Credentials.Key,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        ClockSkew = ClockSkew,
        NameClaimType = CollabClaims.Subject,
        LifetimeValidator = (from, until, _, parameters) => IsLive(from, until, clock.GetUtcNow().UtcDateTime, parameters.ClockSkew),
    };

    private static bool IsLive(DateTime? from, DateTime? until, DateTime now, TimeSpan skew) =>
        until is { } end && now < end + skew && (from is not { } start || start <= now + skew);

    /// <summary>Browsers cannot set headers on a WebSocket: there, and only there, the token may stand in the query.</summary>
    private static Task TakeFromQuery(MessageReceivedContext context)
    {
        var path = context.Request.Path;
        if (context.Request.Query["access_token"].ToString() is { Length: > 0 } token
            && (path.StartsWithSegments("/hubs") || path.StartsWithSegments("/yjs")))
        {
            context.Token = token;
        }
        return Task.CompletedTask;
    }
}
