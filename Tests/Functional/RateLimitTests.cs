using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace CollabHub.Tests.Functional;

public class RateLimitTests
{
    [Theory]
    [InlineData("Limits:RegistrationsPerAddress", "api/auth/register")]
    [InlineData("Limits:GuestsPerAddress", "api/auth/guest")]
    [InlineData("Limits:LoginsPerAddress", "api/auth/login")]
    [InlineData("Limits:AccountMailsPerAddress", "api/auth/password/forgot")]
    [InlineData("Limits:AccountMailsPerAddress", "api/auth/verify-email")]
    public async Task An_address_over_its_bound_is_told_when_to_come_back(string limit, string path)
    {
        await using var hub = TestHub.Start((limit, "2"), ("Limits:CountLoopback", "true"));
        using var http = hub.Anonymous;
        for (var i = 0; i < 2; i++) Assert.NotEqual(HttpStatusCode.TooManyRequests, (await http.PostAsJsonAsync(path, new { })).StatusCode);
        await AssertLimitedAsync(await http.PostAsJsonAsync(path, new { }));
        Assert.Contains("collabhub_requests_refused", await http.GetStringAsync(new Uri("metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_on_the_machine_itself_is_not_counted_by_address()
    {
        await using var hub = TestHub.Start(("Limits:RegistrationsPerAddress", "1"));
        using var http = hub.Anonymous;
        for (var i = 0; i < 3; i++) Assert.NotEqual(HttpStatusCode.TooManyRequests, (await http.PostAsJsonAsync("api/auth/register", new { })).StatusCode);
    }

    [Fact]
    public async Task Guessing_at_one_account_is_stopped_and_other_accounts_are_not()
    {
        await using var hub = TestHub.Start(("Limits:FailedLoginsPerAccount", "3"));
        var ada = await hub.RegisterAsync("ada");
        await hub.RegisterAsync("bob");
        using var http = hub.Anonymous;
        for (var i = 0; i < 3; i++)
        {
            await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = "a wrong password" }))
                .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        }
        await AssertLimitedAsync(await http.PostAsJsonAsync("api/auth/login", new { login = "ADA", password = TestUser.Password }));
        await hub.LoginAsync("bob");
        await (await ada.Http.GetAsync("api/me")).OkAsync();
        await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).OkAsync();
    }

    [Fact]
    public async Task One_sign_in_refreshes_so_often_a_minute()
    {
        await using var hub = TestHub.Start(("Limits:RefreshesPerSignIn", "3"));
        var token = (await hub.RegisterAsync("ada")).RefreshToken;
        using var http = hub.Anonymous;
        for (var i = 0; i < 3; i++)
        {
            token = (await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = token })).OkAsync()).GetProperty("refreshToken").GetString()!;
        }
        await AssertLimitedAsync(await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = token }));
    }

    [Fact]
    public async Task Accounts_and_addresses_have_bounds_of_their_own()
    {
        await using var hub = TestHub.Start(
            ("Limits:RestPerUserPerSecond", "1"), ("Limits:RestPerUserBurst", "3"), ("Limits:RestAnonymousPerSecond", "1"), ("Limits:RestAnonymousBurst", "4"),
            ("Limits:CountLoopback", "true"));
        var ada = await hub.RegisterAsync("ada");
        var bob = await hub.RegisterAsync("bob");
        await AssertLimitedAsync(await FirstLimitedAsync(ada.Http, "api/me"));
        await (await bob.Http.GetAsync("api/me")).OkAsync();
        using var http = hub.Anonymous;
        await AssertLimitedAsync(await FirstLimitedAsync(http, "api/me"));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz/live")).StatusCode);
    }

    private static async Task<HttpResponseMessage> FirstLimitedAsync(HttpClient http, string path)
    {
        for (var i = 0; ; i++)
        {
            var response = await http.GetAsync(path);
            if (response.StatusCode == HttpStatusCode.TooManyRequests || i == 20) return response;
        }
    }

    private static async Task AssertLimitedAsync(HttpResponseMessage response)
    {
        await response.ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
        Assert.InRange(int.Parse(response.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 3_600);
    }
}
