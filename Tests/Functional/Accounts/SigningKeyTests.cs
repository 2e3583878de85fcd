using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using CollabHub.Hubs.Options;
using Microsoft.Extensions.Configuration;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>A key is exchanged while people work.</summary>
public class SigningKeyTests
{
    private static readonly string Old = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));
    private static readonly string New = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));

    [Fact]
    public async Task Tokens_of_the_key_before_are_accepted_while_it_is_listed_and_no_longer()
    {
        await using var hub = TestHub.Start(("Auth:SigningKey", Old), ("Auth:PreviousSigningKeys", New));
        var ada = await hub.RegisterAsync("ada");
        // The second step of an exchange, on the same data: the new key signs, the old one still counts.
        await hub.RestartAsync(("Auth:SigningKey", New), ("Auth:PreviousSigningKeys", Old));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hub, ada.AccessToken));
        using var http = hub.Anonymous;
        var refreshed = await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).OkAsync();
        var newer = refreshed.GetProperty("accessToken").GetString()!;
        // A second tab of the same moment finds the successor whichever key made it.
        var second = await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).OkAsync();
        Assert.Equal(refreshed.GetProperty("refreshToken").GetString(), second.GetProperty("refreshToken").GetString());

        await hub.RestartAsync(("Auth:SigningKey", New), ("Auth:PreviousSigningKeys", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(hub, ada.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hub, newer));
    }

    [Theory]
    [InlineData("change-me-change-me-change-me-change-me")]
    [InlineData("this is the sample key of CollabHub")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void In_production_a_sample_is_refused_as_present_and_as_previous_key(string text)
    {
        var key = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(text));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Auth:SigningKey"] = key, ["Auth:PreviousSigningKeys:0"] = Old, ["Auth:PreviousSigningKeys:1"] = key })
            .Build();
        Assert.NotNull(Settings.Read(configuration));
        var refused = Assert.Throws<StartRefusedException>(() => Settings.Read(configuration, isProduction: true)).Message;
        Assert.Contains("Auth:SigningKey", refused, StringComparison.Ordinal);
        Assert.Contains("Auth:PreviousSigningKeys:1", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Auth:PreviousSigningKeys:0", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(TestHub hub, string token)
    {
        using var http = hub.Anonymous;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.GetAsync("api/me");
        return response.StatusCode;
    }
}
