using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CollabHub.Tests.Specifications.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>A thousand tabs present one token at once, on both engines.</summary>
public class ParallelRefreshTests
{
    private const int Tabs = 1_000;
    private const int Tries = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thousand_refreshes_at_once_get_one_successor_and_the_old_token_later_ends_the_sign_in(bool onPostgres)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        (string, string)[] store = onPostgres ? [("ConnectionStrings:Postgres", PostgresServer.Shared.NewDatabase())] : [];
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock), store);
        var ada = await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        http.Timeout = TimeSpan.FromMinutes(5);
        var successors = await Task.WhenAll(Enumerable.Range(0, Tabs).Select(_ => NextAsync(http, ada.RefreshToken)));
        var successor = Assert.Single(successors.Distinct());
        Assert.NotEqual(ada.RefreshToken, successor);
        Assert.Single((await (await ada.Http.GetAsync("api/me/devices")).OkAsync()).GetProperty("items").EnumerateArray());
        var newest = await NextAsync(http, successor);

        clock.Advance(TimeSpan.FromSeconds(11));
        var late = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RefreshAsync(http, ada.RefreshToken)));
        Assert.All(late, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Contains("auth.refresh_reused", await Task.WhenAll(late.Select(CodeAsync)));
        foreach (var dead in new[] { successor, newest }) Assert.Equal(HttpStatusCode.Unauthorized, (await RefreshAsync(http, dead)).StatusCode);
        await (await ada.Http.GetAsync("api/me")).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    private static Task<HttpResponseMessage> RefreshAsync(HttpClient http, string token) => http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = token });

    private static async Task<string> NextAsync(HttpClient http, string token)
    {
        // A server that cannot take all of them at once says so, and the tab asks again: with the same token.
        for (var tries = 1; ; tries++)
        {
            using var response = await RefreshAsync(http, token);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable && tries < Tries) continue;
            return Successor(await response.OkAsync());
        }
    }

    private static string Successor(JsonElement signedIn) => signedIn.GetProperty("refreshToken").GetString()!;

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
