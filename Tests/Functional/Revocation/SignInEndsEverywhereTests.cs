using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Revocation;

/// <summary>Whatever ends a sign-in ends everything that it has open, on every edge, within a second.</summary>
[Collection(nameof(Timed))]
public class SignInEndsEverywhereTests(ITestOutputHelper output)
{
    private const double LimitMs = 1000;
    private static readonly object Reason = new { reason = "testing" };

    private readonly JumpingClock _clock = new();

    [Theory]
    [InlineData("logout")]
    [InlineData("device revoked")]
    [InlineData("new password")]
    [InlineData("refresh reused")]
    [InlineData("kicked")]
    [InlineData("locked")]
    [InlineData("account deleted")]
    public async Task Everything_that_is_open_ends_within_a_second(string how)
    {
        await using var hub = Start();
        var ada = await hub.RegisterAsync("ada");
        await using var edges = await OpenEdges.OpenAsync(hub, ada);
        Assert.Equal(7, edges.Ends.Count);
        Assert.DoesNotContain(edges.Ends.Values, end => end.IsCompleted);
        await EndAsync(hub, ada, how);
        var ended = Stopwatch.GetTimestamp();
        foreach (var (edge, end) in edges.Ends)
        {
            var ms = Stopwatch.GetElapsedTime(ended, await end.WaitAsync(Eventually.Patience)).TotalMilliseconds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{how}: {edge} {ms:F0} ms"));
            Assert.True(ms < LimitMs, $"{edge} {ms} ms");
        }
    }

    [Fact]
    public async Task What_ends_another_sign_in_of_the_same_person_ends_nothing_of_this_one()
    {
        await using var hub = Start();
        var (ada, phone) = (await hub.RegisterAsync("ada"), await hub.LoginAsync("ada"));
        await using var edges = await OpenEdges.OpenAsync(hub, ada);
        await EndAsync(hub, phone, "logout");
        // By now the review is over: it is what makes the other's token useless.
        await Eventually.TrueAsync(async () => (await phone.Http.GetAsync("api/me")).StatusCode == HttpStatusCode.Unauthorized);
        await (await ada.Http.GetAsync("api/me")).OkAsync();
        Assert.DoesNotContain(edges.Ends.Values, end => end.IsCompleted);
    }

    private TestHub Start() => TestHub.Start(
        services => services.AddSingleton<TimeProvider>(_clock),
        ("Ops:Admins:0", "ada@example.org"), ("Ops:Admins:1", "ops@example.org"), ("Deploy:DockerEndpoint", "unix:///nowhere/docker.sock"));

    private async Task EndAsync(TestHub hub, TestUser ada, string how)
    {
        switch (how)
        {
            case "logout":
                await (await ada.Http.PostAsJsonAsync("api/auth/logout", new { refreshToken = ada.RefreshToken })).OkAsync(HttpStatusCode.NoContent);
                break;
            case "device revoked":
                var phone = await hub.LoginAsync("ada", "phone");
                var devices = await (await phone.Http.GetAsync("api/me/devices")).OkAsync();
                var other = devices.GetProperty("items").EnumerateArray().Single(device => !$"{device}".Contains("phone", StringComparison.Ordinal));
                await (await phone.Http.DeleteAsync($"api/me/devices/{other.GetProperty("tokenId").GetGuid()}")).OkAsync(HttpStatusCode.NoContent);
                break;
            case "new password":
                var elsewhere = await hub.LoginAsync("ada");
                await (await elsewhere.Http.PostAsJsonAsync("api/me/password", new { currentPassword = TestUser.Password, newPassword = "an entirely new one" }))
                    .OkAsync(HttpStatusCode.NoContent);
                break;
            case "refresh reused":
                await ReuseAsync(hub, ada);
                break;
            case "account deleted":
                using (var delete = new HttpRequestMessage(HttpMethod.Delete, "api/me") { Content = JsonContent.Create(new { password = TestUser.Password }) })
                {
                    await (await ada.Http.SendAsync(delete)).OkAsync(HttpStatusCode.NoContent);
                }
                break;
            default:
                var ops = await hub.RegisterAsync("ops");
                await (await ops.Http.PostAsJsonAsync($"api/ops/accounts/{ada.Id}/{(how == "kicked" ? "kick" : "lock")}", Reason)).OkAsync(HttpStatusCode.NoContent);
                break;
        }
    }

    /// <summary>A refresh token that was exchanged, and is shown again after the seconds in which two tabs may: somebody else has it.</summary>
    private async Task ReuseAsync(TestHub hub, TestUser ada)
    {
        using var nobody = hub.Anonymous;
        await (await nobody.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).OkAsync();
        _clock.Advance(TimeSpan.FromSeconds(11));
        var reused = await nobody.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken });
        await reused.ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_reused");
    }
}
