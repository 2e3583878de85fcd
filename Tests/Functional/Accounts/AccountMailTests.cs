using System.Net;
using System.Net.Http.Json;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>Verification and reset by mail: what works once, and what nobody learns.</summary>
public class AccountMailTests
{
    private const string NewPassword = "an entirely new one";

    [Fact]
    public async Task Registering_sends_a_link_that_verifies_the_address_once()
    {
        await using var hub = TestHub.Start(("Email:BaseUrl", "https://collab.example.org/"));
        var ada = await hub.RegisterAsync("ada");
        var mail = await hub.MailToAsync("ada@example.org", "Confirm");
        var token = mail.TokenIn("https://collab.example.org/verify-email");
        Assert.Contains($"href=\"https://collab.example.org/verify-email#token={token}\"", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(43, token.Length);
        Assert.False((await (await ada.Http.GetAsync("api/me")).OkAsync()).GetProperty("emailVerified").GetBoolean());

        using var http = hub.Anonymous;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => http.PostAsJsonAsync("api/auth/verify-email", new { token })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.Gone));
        Assert.True((await (await ada.Http.GetAsync("api/me")).OkAsync()).GetProperty("emailVerified").GetBoolean());
    }

    [Fact]
    public async Task A_letter_sent_again_replaces_the_first_and_a_verified_account_gets_none()
    {
        await using var hub = TestHub.Start();
        await hub.RegisterAsync("ada");
        var first = (await hub.MailToAsync("ada@example.org", "Confirm")).TokenIn("verify-email");
        using var http = hub.Anonymous;
        await (await http.PostAsJsonAsync("api/auth/verify-email/resend", new { email = "ADA@example.org" })).OkAsync(HttpStatusCode.NoContent);
        await Eventually.TrueAsync(() => hub.AllMails().Count == 2);
        var second = (await hub.MailToAsync("ada@example.org", "Confirm")).TokenIn("verify-email");
        await (await http.PostAsJsonAsync("api/auth/verify-email", new { token = first })).ProblemAsync(HttpStatusCode.Gone, "account.token_gone");
        await (await http.PostAsJsonAsync("api/auth/verify-email", new { token = second })).OkAsync(HttpStatusCode.NoContent);
        await (await http.PostAsJsonAsync("api/auth/verify-email/resend", new { email = "ada@example.org" })).OkAsync(HttpStatusCode.NoContent);
        await (await http.PostAsJsonAsync("api/auth/password/forgot", new { email = "ada@example.org" })).OkAsync(HttpStatusCode.NoContent);
        await hub.MailToAsync("ada@example.org", "new CollabHub password");
        Assert.Equal(3, hub.AllMails().Count);
    }

    [Fact]
    public async Task A_reset_replaces_the_password_ends_every_sign_in_and_is_told()
    {
        await using var hub = TestHub.Start();
        var (laptop, phone) = (await hub.RegisterAsync("ada"), await hub.LoginAsync("ada"));
        using var http = hub.Anonymous;
        var token = await ForgotAsync(hub, http);
        await (await http.PostAsJsonAsync("api/auth/password/reset", new { token, password = "short" }))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await http.PostAsJsonAsync("api/auth/password/reset", new { token, password = "ada@example.org!" }))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await http.PostAsJsonAsync("api/auth/password/reset", new { token, password = NewPassword })).OkAsync(HttpStatusCode.NoContent);

        foreach (var signIn in new[] { laptop, phone })
        {
            await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = signIn.RefreshToken }))
                .ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");
        }
        await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = TestUser.Password }))
            .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        var signedIn = await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = NewPassword })).OkAsync();
        Assert.True(signedIn.GetProperty("user").GetProperty("emailVerified").GetBoolean());
        var told = await hub.MailToAsync("ada@example.org", "was reset");
        Assert.NotNull(told.HtmlBody);
        await (await http.PostAsJsonAsync("api/auth/password/reset", new { token, password = NewPassword })).ProblemAsync(HttpStatusCode.Gone, "account.token_gone");
    }

    [Fact]
    public async Task A_reset_link_ends_after_half_an_hour_and_with_a_newer_one()
    {
        var clock = new JumpingClock();
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock));
        await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        var first = await ForgotAsync(hub, http);
        var second = await ForgotAsync(hub, http);
        Assert.NotEqual(first, second);
        await (await http.PostAsJsonAsync("api/auth/password/reset", new { token = first, password = NewPassword })).ProblemAsync(HttpStatusCode.Gone, "account.token_gone");
        clock.Advance(TimeSpan.FromMinutes(30));
        await (await http.PostAsJsonAsync("api/auth/password/reset", new { token = second, password = NewPassword })).ProblemAsync(HttpStatusCode.Gone, "account.token_gone");
    }

    [Theory]
    [InlineData("api/auth/password/forgot")]
    [InlineData("api/auth/verify-email/resend")]
    public async Task The_answer_and_what_it_writes_are_the_same_for_known_and_unknown_addresses(string path)
    {
        await using var hub = TestHub.Start(services => services.AddSingleton<CollabHub.Hubs.Mail.IMailTransport>(new SilentTransport()));
        await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        var answers = new List<(HttpStatusCode, string, long)>();
        foreach (var email in new[] { "ada@example.org", "bob@example.org" })
        {
            var before = await CountAsync(hub);
            using var response = await http.PostAsJsonAsync(path, new { email });
            answers.Add((response.StatusCode, await response.Content.ReadAsStringAsync(), await CountAsync(hub) - before));
        }
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal((HttpStatusCode.NoContent, "", 1), answers[0]);
    }

    [Fact]
    public async Task One_mailbox_gets_so_many_letters_an_hour_whether_or_not_it_has_an_account()
    {
        await using var hub = TestHub.Start(("Limits:AccountMailsPerAccount", "2"));
        await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        foreach (var email in new[] { "ada@example.org", "nobody@example.org" })
        {
            for (var i = 0; i < 2; i++) await (await http.PostAsJsonAsync("api/auth/password/forgot", new { email })).OkAsync(HttpStatusCode.NoContent);
            var limited = await http.PostAsJsonAsync("api/auth/password/forgot", new { email = email.ToUpperInvariant() });
            await limited.ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
            Assert.True(limited.Headers.RetryAfter!.Delta > TimeSpan.FromMinutes(30));
        }
    }

    [Fact]
    public async Task The_ceiling_refuses_the_right_password_until_it_is_reset_and_sign_ins_go_on()
    {
        await using var hub = TestHub.Start(("Limits:ConsecutiveFailedLogins", "3"));
        var ada = await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        for (var i = 0; i < 3; i++)
        {
            await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = "a wrong password" }))
                .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        }
        await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = TestUser.Password }))
            .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        await (await ada.Http.GetAsync("api/me")).OkAsync();
        await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).OkAsync();
        Assert.Contains("/forgot-password", (await hub.MailToAsync("ada@example.org", "locked")).TextBody, StringComparison.Ordinal);

        await hub.RestartAsync();
        using var again = hub.Anonymous;
        await (await again.PostAsJsonAsync("api/auth/login", new { login = "ada", password = TestUser.Password }))
            .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        var token = await ForgotAsync(hub, again);
        await (await again.PostAsJsonAsync("api/auth/password/reset", new { token, password = NewPassword })).OkAsync(HttpStatusCode.NoContent);
        await (await again.PostAsJsonAsync("api/auth/login", new { login = "ada", password = NewPassword })).OkAsync();
    }

    [Fact]
    public async Task A_links_address_is_the_configured_one_whatever_the_host_header_says()
    {
        await using var hub = TestHub.Start(("Email:BaseUrl", "https://collab.example.org"));
        await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/auth/password/forgot") { Content = JsonContent.Create(new { email = "ada@example.org" }) };
        request.Headers.Host = "evil.example.com";
        request.Headers.Add("X-Forwarded-Host", "evil.example.com");
        await (await http.SendAsync(request)).OkAsync(HttpStatusCode.NoContent);
        var mail = await hub.MailToAsync("ada@example.org", "new CollabHub password");
        Assert.Contains("https://collab.example.org/reset-password#token=", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> ForgotAsync(TestHub hub, HttpClient http)
    {
        var before = hub.AllMails().Count;
        await (await http.PostAsJsonAsync("api/auth/password/forgot", new { email = "ada@example.org" })).OkAsync(HttpStatusCode.NoContent);
        await Eventually.TrueAsync(() => hub.AllMails().Count > before && hub.AllMails()[^1].Subject is ['C', 'h', ..]);
        return hub.AllMails()[^1].TokenIn("reset-password");
    }

    // What a request leaves behind at once: its wish in the outbox and its audit row.
    private static async Task<long> CountAsync(TestHub hub)
    {
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        return await db.FindAsync<long>("select count(*) from audit_logs where action in ('auth.password_forgot', 'auth.verification_resend')", null, default);
    }

    private sealed class SilentTransport : CollabHub.Hubs.Mail.IMailTransport
    {
        public Task SendAsync(MimeKit.MimeMessage mail, long id, CancellationToken ct) => Task.CompletedTask;
    }
}
