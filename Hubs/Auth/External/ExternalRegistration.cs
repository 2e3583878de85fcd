using CollabHub.Domain.Accounts;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CollabHub.Hubs.Auth.External;

/// <summary>Sign-in with external providers: the code flow with PKCE, state and nonce is the framework's.</summary>
public static class ExternalRegistration
{
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Registers one authentication scheme for each configured provider, and what their results lead to.</summary>
    public static void AddExternalSignIn(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        var providers = new ExternalProviders(settings.Auth.Providers);
        builder.Services
            .AddSingleton(providers)
            .AddSingleton<ExternalCodes>()
            .AddScoped<IExternalIdentityStore, ExternalIdentityStore>()
            .AddScoped<ExternalSignIn>()
            .AddScoped<ExternalLinks>();
        var authentication = builder.Services.AddAuthentication();
        foreach (var provider in providers.All)
        {
            var options = settings.Auth.Providers[provider.Name];
            if (provider.Name == ProviderOptions.GitHub) authentication.AddOAuth(provider.Scheme, oauth => Configure(oauth, provider, options));
            else authentication.AddOpenIdConnect(provider.Scheme, openId => Configure(openId, provider, options));
        }
    }

    private static void Configure(OpenIdConnectOptions openId, ExternalProvider provider, ProviderOptions options)
    {
        ConfigureRemote(openId, provider);
        openId.Authority = options.IssuerOf(provider.Name)!.ToString();
        // Only a provider on this machine may go without: the start refuses other http addresses.
        openId.RequireHttpsMetadata = options.IssuerOf(provider.Name)!.Scheme == Uri.UriSchemeHttps;
        openId.ClientId = options.ClientId;
        openId.ClientSecret = options.ClientSecret;
        openId.ResponseType = OpenIdConnectResponseType.Code;
        openId.ResponseMode = OpenIdConnectResponseMode.Query;
        openId.UsePkce = true;
        openId.MapInboundClaims = false;
        openId.GetClaimsFromUserInfoEndpoint = true;
        openId.DisableTelemetry = true;
        openId.RemoteSignOutPath = PathString.Empty;
        openId.SignedOutCallbackPath = PathString.Empty;
        openId.Scope.Clear();
        foreach (var scope in new[] { "openid", "profile", "email" }) openId.Scope.Add(scope);
        foreach (var claim in new[] { ExternalClaims.EmailVerified, ExternalClaims.Username }) openId.ClaimActions.MapUniqueJsonKey(claim, claim);
        ForOneSite(openId.NonceCookie);
        openId.Events = new OpenIdConnectEvents
        {
            OnTicketReceived = ExternalResults.SucceededAsync, OnAccessDenied = ExternalResults.DeniedAsync, OnRemoteFailure = ExternalResults.FailedAsync,
        };
    }

    private static void Configure(OAuthOptions oauth, ExternalProvider provider, ProviderOptions options)
    {
        ConfigureRemote(oauth, provider);
        var gitHub = GitHub.At(options.IssuerOf(provider.Name)!);
        oauth.AuthorizationEndpoint = gitHub.Authorization;
        oauth.TokenEndpoint = gitHub.Token;
        oauth.UserInformationEndpoint = gitHub.User;
        oauth.ClientId = options.ClientId!;
        oauth.ClientSecret = options.ClientSecret!;
        oauth.UsePkce = true;
        foreach (var scope in new[] { "read:user", "user:email" }) oauth.Scope.Add(scope);
        oauth.Events = new OAuthEvents
        {
            OnCreatingTicket = GitHub.ReadAsync,
            OnTicketReceived = ExternalResults.SucceededAsync, OnAccessDenied = ExternalResults.DeniedAsync, OnRemoteFailure = ExternalResults.FailedAsync,
        };
    }

    private static void ConfigureRemote(RemoteAuthenticationOptions remote, ExternalProvider provider)
    {
        remote.CallbackPath = provider.CallbackPath;
        remote.ClaimsIssuer = provider.Name;
        remote.SaveTokens = false;
        remote.BackchannelTimeout = ProviderTimeout;
        remote.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(15);
        ForOneSite(remote.CorrelationCookie);
    }

    // The provider answers with a redirect, a top-level GET, with which browsers send Lax cookies; so plain http on localhost works too.
    private static void ForOneSite(CookieBuilder cookie)
    {
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }
}

/// <summary>The claims that are read, by their OpenID Connect names.</summary>
internal static class ExternalClaims
{
    public const string Subject = "sub";
    public const string Email = "email";
    public const string EmailVerified = "email_verified";
    public const string Username = "preferred_username";
    public const string FirstName = "given_name";
    public const string LastName = "family_name";
}
