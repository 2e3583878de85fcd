using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>
/// The part of a GitHub Enterprise Server that signing in touches, on a real port: the web application flow with PKCE, and the two routes of the
/// API that say who it is. Source: GitHub's documentation, "Authorizing OAuth apps", and its REST API, "Users" and "Emails".
/// </summary>
public sealed class GitHubServer : IAsyncDisposable
{
    /// <summary>The client's secret.</summary>
    public const string ClientSecret = "the secret of the app";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _challenges = new();
    private readonly ConcurrentDictionary<string, string> _tokens = new();

    private GitHubServer()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/login/oauth/authorize", Authorize);
        _app.MapPost("/login/oauth/access_token", TokenAsync);
        _app.MapGet("/api/v3/user", http => AnswerAsync(http, "read:user", new { id = 583231, login = Login, name = "The Octocat", email = (string?)null }));
        _app.MapGet("/api/v3/user/emails", http => AnswerAsync(http, "user:email", Emails));
    }

    /// <summary>Its address.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The user name there; null: the person refuses.</summary>
    public string? Login { get; set; } = "octocat";

    /// <summary>The addresses of the account.</summary>
    public IReadOnlyList<GitHubEmail> Emails { get; set; } = [new("old@example.org", false, true), new("octo@example.org", true, true)];

    /// <summary>Starts one.</summary>
    public static async Task<GitHubServer> StartAsync()
    {
        var server = new GitHubServer();
        await server._app.StartAsync();
        return server;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Authorize(string client_id, Uri redirect_uri, string scope, string state, string code_challenge, string code_challenge_method)
    {
        if (client_id != "collabhub" || !redirect_uri.IsLoopback || code_challenge_method != "S256") return Results.NotFound();
        if (Login is null) return Results.Redirect($"{redirect_uri}?error=access_denied&error_description=The+user+has+denied&state={Uri.EscapeDataString(state)}");
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        _challenges[code] = code_challenge + " " + scope;
        return Results.Redirect($"{redirect_uri}?code={code}&state={Uri.EscapeDataString(state)}");
    }

    /// <summary>Errors come with 200, as GitHub's do.</summary>
    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        if (!request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)) return Results.Text("access_token=wrong+format");
        var form = await request.ReadFormAsync();
        if (form["client_id"] != "collabhub" || form["client_secret"] != ClientSecret) return Results.Ok(new { error = "incorrect_client_credentials" });
        var verifier = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!_challenges.TryRemove(form["code"].ToString(), out var begun) || begun.Split(' ')[0] != verifier) return Results.Ok(new { error = "bad_verification_code" });
        var token = "gho_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(18));
        _tokens[token] = begun;
        return Results.Ok(new { access_token = token, token_type = "bearer", scope = "read:user,user:email" });
    }

    private Task AnswerAsync(HttpContext http, string scope, object answer)
    {
        var isKnown = _tokens.TryGetValue(http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal), out var granted);
        // The real API refuses callers that do not name themselves.
        var status = !isKnown ? 401 : http.Request.Headers.UserAgent.Count == 0 ? 403 : !granted!.Split(' ').Contains(scope) ? 404 : 200;
        return (status == 200 ? Results.Ok(answer) : Results.StatusCode(status)).ExecuteAsync(http);
    }
}

/// <summary>An address of an account at GitHub.</summary>
public sealed record GitHubEmail(string Email, bool Primary, bool Verified);
