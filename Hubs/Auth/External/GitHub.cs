using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace CollabHub.Hubs.Auth.External;

/// <summary>GitHub speaks OAuth 2 but not OpenID Connect: who signed in is asked of its API.</summary>
internal sealed record GitHub(string Authorization, string Token, string User)
{
    private static readonly Uri Public = new("https://github.com/");

    /// <summary>github.com, or a GitHub Enterprise Server at its own address.</summary>
    public static GitHub At(Uri address) => new(
        new Uri(address, "login/oauth/authorize").ToString(),
        new Uri(address, "login/oauth/access_token").ToString(),
        address == Public ? "https://api.github.com/user" : new Uri(address, "api/v3/user").ToString());

    /// <summary>Adds the claims; the address is the primary one, and only when GitHub has verified it.</summary>
    public static async Task ReadAsync(OAuthCreatingTicketContext context)
    {
        var user = await GetAsync(context, context.Options.UserInformationEndpoint);
        var emails = await GetAsync(context, context.Options.UserInformationEndpoint + "/emails");
        var primary = emails.EnumerateArray().FirstOrDefault(email => email.GetProperty("primary").GetBoolean());
        Add(context, ExternalClaims.Subject, user.GetProperty("id").GetRawText());
        Add(context, ExternalClaims.Username, user.GetProperty("login").GetString());
        if (user.TryGetProperty("name", out var name)) Add(context, ExternalClaims.FirstName, name.GetString());
        if (primary.ValueKind != JsonValueKind.Object) return;
        Add(context, ExternalClaims.Email, primary.GetProperty("email").GetString());
        Add(context, ExternalClaims.EmailVerified, primary.GetProperty("verified").GetRawText());
    }

    private static void Add(OAuthCreatingTicketContext context, string claim, string? value)
    {
        if (!string.IsNullOrEmpty(value)) context.Identity!.AddClaim(new Claim(claim, value));
    }

    private static async Task<JsonElement> GetAsync(OAuthCreatingTicketContext context, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.AccessToken);
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        request.Headers.UserAgent.ParseAdd("CollabHub");
        using var response = await context.Backchannel.SendAsync(request, context.HttpContext.RequestAborted);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(context.HttpContext.RequestAborted);
    }
}
