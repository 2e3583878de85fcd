using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CollabHub.Hubs.Auth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Tests.Functional;

/// <summary>Every token here is one step away from a good one, and signed with the server's own key unless the step is the signature.</summary>
public class AccessTokenTests
{
    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    [Fact]
    public async Task The_good_one_passes_so_that_the_others_fail_for_their_own_reason()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hub, Sign(hub, Header(), Claims(ada))));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hub, ada.AccessToken));
    }

    [Theory]
    [InlineData("typ", "JWT")]
    [InlineData("typ", null)]
    [InlineData("alg", "HS384")]
    [InlineData("alg", "none")]
    [InlineData("alg", "None")]
    [InlineData("alg", "RS256")]
    [InlineData("crit", "[\"x\"]")]
    [InlineData("jku", "https://attacker.example/keys")]
    [InlineData("jwk", "[]")]
    [InlineData("x5u", "https://attacker.example/cert")]
    [InlineData("x5c", "[\"MIIB\"]")]
    public async Task A_wrong_header_is_refused(string name, string? value)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var header = Header();
        header[name] = value is ['[', ..] ? JsonNode.Parse(value) : value;
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(hub, Sign(hub, header, Claims(ada))));
    }

    [Theory]
    [InlineData("iss", "someone-else")]
    [InlineData("aud", "collabhub-yjs")]
    [InlineData("aud", null)]
    [InlineData("iss", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "-31")]
    [InlineData("nbf", "+60")]
    [InlineData("sub", "not-a-uuid")]
    [InlineData("sub", null)]
    public async Task A_wrong_claim_is_refused(string name, string? value)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var claims = Claims(ada);
        if (value is null) claims.Remove(name);
        else claims[name] = value[0] is '+' or '-' ? JsonValue.Create(Now.ToUnixTimeSeconds() + int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)) : value;
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(hub, Sign(hub, Header(), claims)));
    }

    [Theory]
    [InlineData("kid", "../../../../dev/null", "")]
    [InlineData("kid", "/dev/null", "")]
    [InlineData("kid", "' or '1'='1", "x")]
    [InlineData("kid", "", "x")]
    [InlineData("jku", "https://attacker.example/keys", "the attacker's own key, long enough to sign")]
    [InlineData("jwk", "{\"kty\":\"oct\",\"k\":\"dGhlIGF0dGFja2VyJ3Mgb3duIGtleSwgbG9uZyBlbm91Z2ggdG8gc2lnbg\"}", "the attacker's own key, long enough to sign")]
    [InlineData("kid", "the key of the server", "-----BEGIN PUBLIC KEY-----")]
    public async Task A_key_that_the_token_itself_points_to_is_not_looked_at(string name, string value, string signedWith)
    {
        await using var hub = TestHub.Start();
        var header = Header();
        header[name] = value is ['{', ..] ? JsonNode.Parse(value) : value;
        var token = Sign(Encoding.ASCII.GetBytes(signedWith), header, Claims(await hub.RegisterAsync("ada")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(hub, token));
    }

    [Theory]
    [InlineData(AccessTokens.Type, AccessTokens.Audience, true, false)]
    [InlineData(AccessTokens.Type, Tickets.Audience, false, false)]
    [InlineData(Tickets.Type, AccessTokens.Audience, false, false)]
    [InlineData(Tickets.Type, Tickets.Audience, false, true)]
    [InlineData(AccessTokens.Type, "collabhub-app", false, false)]
    [InlineData(Tickets.Type, "collabhub-app", false, false)]
    public async Task A_token_is_good_for_its_own_audience_and_sort_only(string type, string audience, bool isAccessToken, bool isTicket)
    {
        await using var hub = TestHub.Start();
        var (header, claims) = (Header(), Claims(await hub.RegisterAsync("ada")));
        (header["typ"], claims["aud"], claims["jti"], claims["axp"]) = (type, audience, Guid.NewGuid().ToString(), Now.AddMinutes(5).ToUnixTimeSeconds());
        var token = Sign(hub, header, claims);
        Assert.Equal(isAccessToken ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, await StatusAsync(hub, token));
        Assert.Equal(isTicket, await hub.Services.GetRequiredService<Tickets>().RedeemAsync(token, default) is not null);
    }

    [Fact]
    public async Task A_forged_or_missing_signature_is_refused()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var parts = ada.AccessToken.Split('.');
        var other = Sign(RandomNumberGenerator.GetBytes(64), Header(), Claims(ada));
        string[] forged = [$"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", other, ada.AccessToken[..^2] + "AA", $"{parts[0]}.{Encode(Claims(ada))}.{parts[2]}"];
        foreach (var token in forged) Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(hub, token));
    }

    [Fact]
    public async Task A_token_over_4_KiB_is_refused_even_when_signed()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var claims = Claims(ada);
        claims["padding"] = new string('x', 5_000);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(hub, Sign(hub, Header(), claims)));
    }

    [Fact]
    public async Task On_REST_the_query_is_no_place_for_a_token()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        await (await http.GetAsync($"api/me?access_token={ada.AccessToken}")).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    private static JsonObject Header() => new() { ["alg"] = "HS256", ["typ"] = "at+jwt" };

    private static JsonObject Claims(TestUser user) => new()
    {
        ["sub"] = user.Id.ToString(),
        ["iss"] = AccessTokens.Issuer,
        ["aud"] = AccessTokens.Audience,
        ["fam"] = new JsonWebToken(user.AccessToken).GetClaim("fam").Value,
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["nbf"] = Now.ToUnixTimeSeconds(),
        ["exp"] = Now.AddMinutes(10).ToUnixTimeSeconds(),
    };

    private static string Sign(TestHub hub, JsonObject header, JsonObject claims)
    {
        var key = (SymmetricSecurityKey)hub.Services.GetRequiredService<SigningKey>().Credentials.Key;
        header["kid"] = key.KeyId;
        return Sign(key.Key, header, claims);
    }

    private static string Sign(byte[] key, JsonObject header, JsonObject claims)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = header["alg"]?.ToString() switch
        {
            "HS384" => HMACSHA384.HashData(key, bytes),
            "none" or "None" => [],
            _ => HMACSHA256.HashData(key, bytes),
        };
        return $"{signed}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string Encode(JsonObject json) => Base64UrlEncoder.Encode(json.ToJsonString());

    private static async Task<HttpStatusCode> StatusAsync(TestHub hub, string token)
    {
        using var http = hub.Anonymous;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.GetAsync("api/me");
        var inMessage = await hub.Services.GetRequiredService<AccessTokens>().ValidateAsync(token);
        Assert.Equal(response.IsSuccessStatusCode, inMessage is not null);
        return response.StatusCode;
    }
}
