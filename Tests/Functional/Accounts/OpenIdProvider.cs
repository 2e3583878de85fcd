using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>A real OpenID provider on a real port: OpenIddict, which demands PKCE and checks everything but who the client and the person are.</summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    /// <summary>The client's secret.</summary>
    public const string ClientSecret = "the secret of the client";

    private readonly WebApplication _app;

    private OpenIdProvider(WebApplication app) => _app = app;

    /// <summary>Its issuer address.</summary>
    public Uri Issuer => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Who signs in next; null: the person refuses.</summary>
    public ExternalPerson? Person { get; set; } = new("subject-1", "grace@example.org", true, "grace");

    /// <summary>Starts one for a client <c>collabhub</c> that may be anywhere on this machine.</summary>
    public static async Task<OpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        OpenIdProvider? provider = null;
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode()
                .SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetUserInfoEndpointUris("connect/userinfo")
                .AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
                .AddEphemeralEncryptionKey().AddEphemeralSigningKey()
                .RegisterScopes(Scopes.Email, Scopes.Profile);
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(Validate));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(Validate));
            server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context => Authorize(context, provider!.Person)));
            server.AddEventHandler<HandleUserInfoRequestContext>(handler => handler.UseInlineHandler(Describe));
        });
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseAuthentication();
        provider = new OpenIdProvider(app);
        await app.StartAsync();
        // The first answer of a fresh process is slow on a busy machine; the server under test would call that down.
        using var http = new HttpClient();
        foreach (var path in new[] { ".well-known/openid-configuration", ".well-known/jwks" })
        {
            using var response = await http.GetAsync(new Uri(provider.Issuer, path));
            response.EnsureSuccessStatusCode();
        }
        return provider;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ValueTask Validate(ValidateAuthorizationRequestContext context)
    {
        var isOurs = context.ClientId == "collabhub" && Uri.TryCreate(context.RedirectUri, UriKind.Absolute, out var redirect) && redirect.IsLoopback;
        if (!isOurs) context.Reject(Errors.InvalidClient, "Not a client of this provider.");
        return default;
    }

    private static ValueTask Validate(ValidateTokenRequestContext context)
    {
        if (context.ClientId != "collabhub" || context.ClientSecret != ClientSecret) context.Reject(Errors.InvalidClient, "Not the client's secret.");
        return default;
    }

    // The library tells names and address by itself.
    private static ValueTask Describe(HandleUserInfoRequestContext context)
    {
        context.EmailVerified = context.AccessTokenPrincipal!.GetClaim(Claims.EmailVerified) == "true";
        context.PreferredUsername = context.AccessTokenPrincipal!.GetClaim(Claims.PreferredUsername);
        return default;
    }

    private static ValueTask Authorize(HandleAuthorizationRequestContext context, ExternalPerson? person)
    {
        if (person is null)
        {
            context.Reject(Errors.AccessDenied, "The person refused.");
            return default;
        }
        var identity = new ClaimsIdentity("test")
            .SetClaim(Claims.Subject, person.Subject).SetClaim(Claims.Email, person.Email).SetClaim(Claims.EmailVerified, person.EmailVerified)
            .SetClaim(Claims.PreferredUsername, person.Username).SetClaim(Claims.GivenName, "Grace").SetClaim(Claims.FamilyName, "Hopper");
        identity.SetScopes(context.Request.GetScopes());
        // Not in the ID token: such claims have to be asked of the user info endpoint.
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        context.Principal = new ClaimsPrincipal(identity);
        return default;
    }
}

/// <summary>Someone with an account at the provider.</summary>
public sealed record ExternalPerson(string Subject, string? Email, bool EmailVerified, string Username);

/// <summary>A browser that follows redirects by hand, with the page's secret.</summary>
public sealed class RedirectingBrowser : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
    private readonly Uri _hub;

    /// <param name="hub">The server.</param>
    public RedirectingBrowser(TestHub hub) => _hub = hub.BaseAddress;

    /// <summary>Every address that it was sent to.</summary>
    public List<Uri> Visited { get; } = [];

    /// <summary>The page's secret.</summary>
    public string Verifier { get; } = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    /// <summary>Where a sign-in with a provider begins.</summary>
    public Uri Start(string provider) => new(_hub, $"api/auth/external/{provider}?challenge={Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(Verifier)))}");

    /// <summary>Follows redirects until one leads to the page, or until <paramref name="stop"/>; answers the last address.</summary>
    public async Task<Uri> FollowAsync(Uri address, Func<Uri, bool>? stop = null)
    {
        while (true)
        {
            using var response = await _http.GetAsync(address);
            Assert.True(response.StatusCode == HttpStatusCode.Redirect, $"{address}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            address = new Uri(address, response.Headers.Location!);
            Visited.Add(address);
            if (address.Fragment.Length > 0 || stop?.Invoke(address) == true) return address;
        }
    }

    /// <summary>The value of a name in the fragment of the page's address; fails when it is not the page.</summary>
    public string Landed(Uri address, string name)
    {
        Assert.Equal(new Uri(_hub, "signin/external"), new Uri(address.GetLeftPart(UriPartial.Path)));
        Assert.StartsWith($"#{name}=", address.Fragment, StringComparison.Ordinal);
        return address.Fragment[(name.Length + 2)..];
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
