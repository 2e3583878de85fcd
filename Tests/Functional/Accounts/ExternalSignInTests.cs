using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>The whole code flow with a provider that is a library's: what works, and every way in which it must not.</summary>
public class ExternalSignInTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private OpenIdProvider _provider = null!;
    private TestHub _hub = null!;

    public async Task InitializeAsync()
    {
        _provider = await OpenIdProvider.StartAsync();
        _hub = TestHub.Start(
            services => services.AddSingleton<TimeProvider>(_clock),
            ("Auth:Providers:corp:Issuer", _provider.Issuer.ToString()), ("Auth:Providers:corp:ClientId", "collabhub"),
            ("Auth:Providers:corp:ClientSecret", OpenIdProvider.ClientSecret), ("Auth:Providers:corp:DisplayName", "Example Corp"));
    }

    public async Task DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_new_person_gets_an_account_and_comes_back_to_it()
    {
        using var browser = new RedirectingBrowser(_hub);
        var first = await SignInAsync(browser);
        var user = first.GetProperty("user");
        Assert.Equal(("grace@example.org", "grace", "Grace Hopper", "corp"), (Text(user, "email"), Text(user, "username"), Text(user, "displayName"), Text(user, "externalProvider")));
        Assert.True(user.GetProperty("emailVerified").GetBoolean());
        Assert.False(user.GetProperty("hasPassword").GetBoolean());
        Assert.False(user.GetProperty("isGuest").GetBoolean());
        var me = TestUser.From(first, _hub.BaseAddress);
        await (await me.Http.PostAsJsonAsync("api/workspaces", new { name = "Mine" })).OkAsync(HttpStatusCode.Created);

        _provider.Person = _provider.Person! with { Email = "married@example.org", Username = "other" };
        using var again = new RedirectingBrowser(_hub);
        Assert.Equal(me.Id.Value, (await SignInAsync(again)).GetProperty("user").GetProperty("userId").GetGuid());
        Assert.DoesNotContain(browser.Visited, address => address.ToString().Contains("access_token", StringComparison.Ordinal) || address.ToString().Contains("eyJ", StringComparison.Ordinal) && !address.Query.Contains("code=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_name_that_is_taken_gets_a_number()
    {
        await _hub.RegisterAsync("grace2");
        _provider.Person = _provider.Person! with { Username = "Grace2" };
        using var browser = new RedirectingBrowser(_hub);
        Assert.Matches("^Grace2-[0-9]+$", Text((await SignInAsync(browser)).GetProperty("user"), "username"));
    }

    [Fact]
    public async Task A_code_works_once_for_the_browser_that_began_and_for_two_minutes()
    {
        using var http = _hub.Anonymous;
        using var browser = new RedirectingBrowser(_hub);
        var code = await CodeAsync(browser);
        await (await ExchangeAsync(http, code, "another verifier")).ProblemAsync(HttpStatusCode.Gone, "auth.external_code_gone");
        await (await ExchangeAsync(http, code[..^4] + "AAAA", browser.Verifier)).ProblemAsync(HttpStatusCode.Gone, "auth.external_code_gone");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ExchangeAsync(http, code, browser.Verifier)));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Gone));

        using var late = new RedirectingBrowser(_hub);
        var old = await CodeAsync(late);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await (await ExchangeAsync(http, old, late.Verifier)).ProblemAsync(HttpStatusCode.Gone, "auth.external_code_gone");
    }

    [Fact]
    public async Task A_callback_with_a_wrong_state_or_in_another_browser_or_twice_is_refused()
    {
        using var browser = new RedirectingBrowser(_hub);
        var callback = await browser.FollowAsync(browser.Start("corp"), IsCallback);
        var wrongState = new UriBuilder(callback) { Query = callback.Query.Replace("state=", "state=x", StringComparison.Ordinal) }.Uri;
        Assert.Equal("auth.external_failed", browser.Landed(await browser.FollowAsync(wrongState), "error"));
        var noState = new UriBuilder(callback) { Query = "code=anything" }.Uri;
        Assert.Equal("auth.external_failed", browser.Landed(await browser.FollowAsync(noState), "error"));

        using var other = new RedirectingBrowser(_hub);
        Assert.Equal("auth.external_failed", other.Landed(await other.FollowAsync(callback), "error"));

        browser.Landed(await browser.FollowAsync(callback), "code");
        Assert.Equal("auth.external_failed", browser.Landed(await browser.FollowAsync(callback), "error"));
    }

    [Fact]
    public async Task Who_refuses_at_the_provider_is_told_so()
    {
        _provider.Person = null;
        using var browser = new RedirectingBrowser(_hub);
        Assert.Equal("auth.external_denied", browser.Landed(await browser.FollowAsync(browser.Start("corp")), "error"));
    }

    [Fact]
    public async Task An_address_that_the_provider_has_not_verified_makes_no_account()
    {
        using var http = _hub.Anonymous;
        foreach (var person in new[] { _provider.Person! with { EmailVerified = false }, _provider.Person! with { Email = null } })
        {
            _provider.Person = person;
            using var browser = new RedirectingBrowser(_hub);
            await (await ExchangeAsync(http, await CodeAsync(browser), browser.Verifier)).ProblemAsync(HttpStatusCode.Forbidden, "auth.external_email_unverified");
        }
    }

    [Fact]
    public async Task An_account_with_the_same_address_is_opened_only_after_its_owner_has_linked_it()
    {
        var ada = await _hub.RegisterAsync("ada");
        _provider.Person = new ExternalPerson("subject-ada", "ada@example.org", true, "ada");
        using var http = _hub.Anonymous;
        using var browser = new RedirectingBrowser(_hub);
        var code = await CodeAsync(browser);
        var refused = await (await ExchangeAsync(http, code, browser.Verifier)).ProblemAsync(HttpStatusCode.Conflict, "auth.external_email_taken");
        Assert.Contains("link", Text(refused, "detail"), StringComparison.Ordinal);

        var linked = await (await ada.Http.PostAsJsonAsync("api/me/external", new { code, verifier = browser.Verifier })).OkAsync();
        Assert.Equal("corp", Text(linked, "externalProvider"));
        await _hub.MailToAsync("ada@example.org", "way to sign in was added");
        using var again = new RedirectingBrowser(_hub);
        Assert.Equal(ada.Id.Value, (await SignInAsync(again)).GetProperty("user").GetProperty("userId").GetGuid());

        var bob = await _hub.RegisterAsync("bob");
        using var bobs = new RedirectingBrowser(_hub);
        await (await bob.Http.PostAsJsonAsync("api/me/external", new { code = await CodeAsync(bobs), verifier = bobs.Verifier }))
            .ProblemAsync(HttpStatusCode.Conflict, "account.external_linked_elsewhere");
        _provider.Person = new ExternalPerson("subject-2", "ada2@example.org", true, "ada2");
        using var second = new RedirectingBrowser(_hub);
        await (await ada.Http.PostAsJsonAsync("api/me/external", new { code = await CodeAsync(second), verifier = second.Verifier }))
            .ProblemAsync(HttpStatusCode.Conflict, "account.external_has_another");

        await (await ada.Http.DeleteAsync("api/me/external/corp")).OkAsync(HttpStatusCode.NoContent);
        await (await ada.Http.DeleteAsync("api/me/external/corp")).ProblemAsync(HttpStatusCode.NotFound, "account.external_not_linked");
    }

    [Fact]
    public async Task The_only_way_in_stays_until_there_is_a_password_and_deleting_needs_a_fresh_sign_in()
    {
        using var browser = new RedirectingBrowser(_hub);
        var grace = TestUser.From(await SignInAsync(browser), _hub.BaseAddress);
        await (await grace.Http.DeleteAsync("api/me/external/corp")).ProblemAsync(HttpStatusCode.Conflict, "account.last_way_in");
        _clock.Advance(TimeSpan.FromMinutes(9.9));
        await (await grace.Http.DeleteAsync("api/me")).OkAsync(HttpStatusCode.NoContent);

        using var again = new RedirectingBrowser(_hub);
        var other = TestUser.From(await SignInAsync(again), _hub.BaseAddress);
        Assert.NotEqual(grace.Id, other.Id);
        _clock.Advance(TimeSpan.FromMinutes(10.1));
        await (await other.Http.DeleteAsync("api/me")).ProblemAsync(HttpStatusCode.Forbidden, "account.sign_in_not_fresh");
    }

    [Fact]
    public async Task A_provider_that_is_down_is_told_of_at_the_start_and_in_the_middle()
    {
        using var browser = new RedirectingBrowser(_hub);
        var callback = await browser.FollowAsync(browser.Start("corp"), IsCallback);
        await _provider.DisposeAsync();
        Assert.Equal("auth.external_unavailable", browser.Landed(await browser.FollowAsync(callback), "error"));

        await using var hub = TestHub.Start(("Auth:Providers:corp:Issuer", "http://127.0.0.1:9/"), ("Auth:Providers:corp:ClientId", "collabhub"));
        using var late = new RedirectingBrowser(hub);
        Assert.Equal("auth.external_unavailable", late.Landed(await late.FollowAsync(late.Start("corp")), "error"));
    }

    [Fact]
    public async Task The_page_learns_which_providers_there_are_and_others_do_not_exist()
    {
        using var http = _hub.Anonymous;
        var only = (await (await http.GetAsync("api/auth/external")).OkAsync()).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(("corp", "Example Corp"), (Text(only, "name"), Text(only, "displayName")));
        await (await http.GetAsync("api/auth/external/github?challenge=x")).ProblemAsync(HttpStatusCode.NotFound, "auth.external_unknown");
        await (await http.GetAsync("api/auth/external/github/callback?code=x")).ProblemAsync(HttpStatusCode.NotFound, "auth.external_unknown");
        await (await http.GetAsync("api/auth/external/corp?challenge=x")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    private static bool IsCallback(Uri address) => address.AbsolutePath.EndsWith("/callback", StringComparison.Ordinal);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<string> CodeAsync(RedirectingBrowser browser) => browser.Landed(await browser.FollowAsync(browser.Start("corp")), "code");

    private static Task<HttpResponseMessage> ExchangeAsync(HttpClient http, string code, string verifier) =>
        http.PostAsJsonAsync("api/auth/external/token", new { code, verifier });

    private async Task<JsonElement> SignInAsync(RedirectingBrowser browser)
    {
        using var http = _hub.Anonymous;
        return await (await ExchangeAsync(http, await CodeAsync(browser), browser.Verifier)).OkAsync();
    }
}
