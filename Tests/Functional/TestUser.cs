using System.Net.Http.Headers;
using System.Text.Json;
using CollabHub.Domain;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CollabHub.Tests.Functional;

/// <summary>Someone who is signed in, with a client that calls as that person.</summary>
/// <param name="Id">The account.</param>
/// <param name="Username">The user name.</param>
/// <param name="Email">Null for guests.</param>
/// <param name="AccessToken">The bearer token.</param>
/// <param name="RefreshToken">The refresh token of this sign-in.</param>
/// <param name="Http">Sends the access token with every request.</param>
public sealed record TestUser(UserId Id, string Username, string? Email, string AccessToken, string RefreshToken, HttpClient Http)
{
    /// <summary>Everyone's password.</summary>
    public const string Password = "correct horse battery staple";

    /// <summary>The sign-in that the access token names.</summary>
    public Guid Family => Guid.Parse(new JsonWebToken(AccessToken).GetClaim("fam").Value);

    /// <summary>The user out of an answer of register, guest, login or refresh.</summary>
    public static TestUser From(JsonElement signedIn, Uri baseAddress)
    {
        var user = signedIn.GetProperty("user");
        var token = signedIn.GetProperty("accessToken").GetString()!;
        var http = new HttpClient { BaseAddress = baseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new TestUser(
            new UserId(user.GetProperty("userId").GetGuid()), user.GetProperty("username").GetString()!, user.GetProperty("email").GetString(),
            token, signedIn.GetProperty("refreshToken").GetString()!, http);
    }
}
