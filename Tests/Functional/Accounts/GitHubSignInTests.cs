using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>Sign-in with GitHub, which speaks OAuth 2 and tells of people through its own API.</summary>
public class GitHubSignInTests : IAsyncLifetime
{
    private GitHubServer _gitHub = null!;
    private TestHub _hub = null!;

    public async Task InitializeAsync()
    {
        _gitHub = await GitHubServer.StartAsync();
        _hub = Start(GitHubServer.ClientSecret);
    }

    public async Task DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _gitHub.DisposeAsync();
    }

    [Fact]
    public async Task A_new_person_gets_an_account_with_the_primary_address_and_comes_back_to_it_under_another_name()
    {
        using var browser = new RedirectingBrowser(_hub);
        var first = await OkAsync(browser);
        Assert.Equal(("octo@example.org", "octocat", "github"), (Text(first, "email"), Text(first, "username"), Text(first, "externalProvider")));
        Assert.True(first.GetProperty("emailVerified").GetBoolean());
        Assert.StartsWith(_gitHub.Address + "login/oauth/authorize?", browser.Visited[0].ToString(), StringComparison.Ordinal);

        (_gitHub.Login, _gitHub.Emails) = ("renamed", [new GitHubEmail("other@example.org", true, true)]);
        using var again = new RedirectingBrowser(_hub);
        Assert.Equal(Text(first, "userId"), Text(await OkAsync(again), "userId"));
    }

    [Theory]
    [InlineData(true, false)] // the primary address is not verified
    [InlineData(false, true)] // no address is the primary one
    public async Task An_address_that_GitHub_does_not_vouch_for_makes_no_account(bool primary, bool verified)
    {
        _gitHub.Emails = [new GitHubEmail("octo@example.org", primary, verified)];
        using var browser = new RedirectingBrowser(_hub);
        await (await ExchangeAsync(browser)).ProblemAsync(HttpStatusCode.Forbidden, "auth.external_email_unverified");
    }

    [Fact]
    public async Task Who_refuses_at_GitHub_is_told_so()
    {
        _gitHub.Login = null;
        using var browser = new RedirectingBrowser(_hub);
        Assert.Equal("auth.external_denied", browser.Landed(await browser.FollowAsync(browser.Start("github")), "error"));
    }

    [Fact]
    public async Task A_wrong_secret_in_the_configuration_lets_nobody_in()
    {
        await using var hub = Start("another secret");
        using var browser = new RedirectingBrowser(hub);
        Assert.Equal("auth.external_failed", browser.Landed(await browser.FollowAsync(browser.Start("github")), "error"));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private TestHub Start(string secret) => TestHub.Start(
        ("Auth:Providers:github:Issuer", _gitHub.Address.ToString()), ("Auth:Providers:github:ClientId", "collabhub"), ("Auth:Providers:github:ClientSecret", secret));

    private async Task<JsonElement> OkAsync(RedirectingBrowser browser) => (await (await ExchangeAsync(browser)).OkAsync()).GetProperty("user");

    private async Task<HttpResponseMessage> ExchangeAsync(RedirectingBrowser browser)
    {
        using var http = _hub.Anonymous;
        var code = browser.Landed(await browser.FollowAsync(browser.Start("github")), "code");
        return await http.PostAsJsonAsync("api/auth/external/token", new { code, verifier = browser.Verifier });
    }
}
