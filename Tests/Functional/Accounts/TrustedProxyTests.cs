using System.Net;
using System.Net.Http.Json;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>Forwarded headers count from listed proxies only: in the audit log, the rate limits and nowhere in mails.</summary>
public class TrustedProxyTests
{
    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.0/8, 10.0.0.0/8", "203.0.113.7, 10.1.2.3", "203.0.113.7")]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("10.0.0.0/8", "203.0.113.7", "127.0.0.1")]
    [InlineData("", "203.0.113.7", "127.0.0.1")]
    [InlineData("127.0.0.1", "not an address", "127.0.0.1")]
    public async Task The_audit_log_has_the_address_that_the_nearest_trusted_proxy_saw(string trusted, string forwarded, string expected)
    {
        await using var hub = TestHub.Start(("Proxies:Trusted", trusted));
        await (await ForgotAsync(hub, forwarded)).OkAsync(HttpStatusCode.NoContent);
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        Assert.Equal(expected, await db.FindAsync<string>("select ip_address from audit_logs where action = 'auth.password_forgot'", null, default));
    }

    [Fact]
    public async Task Clients_behind_a_listed_proxy_are_counted_each_for_itself()
    {
        await using var hub = TestHub.Start(("Proxies:Trusted", "127.0.0.1"), ("Limits:AccountMailsPerAddress", "1"));
        await (await ForgotAsync(hub, "203.0.113.7")).OkAsync(HttpStatusCode.NoContent);
        await (await ForgotAsync(hub, "203.0.113.7")).ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
        await (await ForgotAsync(hub, "203.0.113.8")).OkAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_client_that_makes_up_addresses_stays_one_client()
    {
        await using var hub = TestHub.Start(("Limits:AccountMailsPerAddress", "1"), ("Limits:CountLoopback", "true"));
        await (await ForgotAsync(hub, "203.0.113.7")).OkAsync(HttpStatusCode.NoContent);
        await (await ForgotAsync(hub, "203.0.113.8")).ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
    }

    [Fact]
    public async Task A_link_in_a_mail_follows_no_header_not_even_of_a_listed_proxy()
    {
        await using var hub = TestHub.Start(("Proxies:Trusted", "127.0.0.1"), ("Email:BaseUrl", "https://collab.example.org"));
        await hub.RegisterAsync("ada");
        await (await ForgotAsync(hub, "203.0.113.7")).OkAsync(HttpStatusCode.NoContent);
        Assert.StartsWith("https://collab.example.org/", await LinkAsync(hub), StringComparison.Ordinal);
    }

    private static async Task<string> LinkAsync(TestHub hub)
    {
        var text = (await hub.MailToAsync("ada@example.org", "new CollabHub password")).TextBody!;
        return text[text.IndexOf("http", StringComparison.Ordinal)..];
    }

    private static async Task<HttpResponseMessage> ForgotAsync(TestHub hub, string forwardedFor)
    {
        using var http = hub.Anonymous;
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/auth/password/forgot") { Content = JsonContent.Create(new { email = "ada@example.org" }) };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "evil.example.com");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        return await http.SendAsync(request);
    }
}
