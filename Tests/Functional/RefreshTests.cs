using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional;

public class RefreshTests
{
    private readonly JumpingClock _clock = new();

    [Fact]
    public async Task A_refresh_hands_out_the_next_token_and_a_live_access_token()
    {
        await using var hub = StartHub();
        var ada = await hub.RegisterAsync("ada");
        var next = TestUser.From(await RefreshAsync(hub, ada.RefreshToken), hub.BaseAddress);
        Assert.NotEqual(ada.RefreshToken, next.RefreshToken);
        await (await next.Http.GetAsync("api/me")).OkAsync();
    }

    [Fact]
    public async Task A_hundred_refreshes_at_once_get_one_successor()
    {
        await using var hub = StartHub();
        var ada = await hub.RegisterAsync("ada");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => RefreshAsync(hub, ada.RefreshToken)));
        var successor = Assert.Single(answers.Select(answer => answer.GetProperty("refreshToken").GetString()).Distinct());
        await RefreshAsync(hub, successor!);
        Assert.Single((await (await ada.Http.GetAsync("api/me/devices")).OkAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_late_tab_gets_the_newest_token_within_the_grace()
    {
        await using var hub = StartHub();
        var ada = await hub.RegisterAsync("ada");
        var second = Token(await RefreshAsync(hub, ada.RefreshToken));
        var third = Token(await RefreshAsync(hub, second));
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(third, Token(await RefreshAsync(hub, ada.RefreshToken)));
    }

    [Fact]
    public async Task A_token_used_again_ends_the_whole_sign_in()
    {
        await using var hub = StartHub();
        var ada = await hub.RegisterAsync("ada");
        var next = Token(await RefreshAsync(hub, ada.RefreshToken));
        _clock.Advance(TimeSpan.FromSeconds(11));
        using var http = hub.Anonymous;
        await (await PostAsync(http, ada.RefreshToken)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_reused");
        await (await PostAsync(http, next)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");
    }

    [Fact]
    public async Task An_idle_sign_in_ends_and_so_does_an_old_one_however_busy()
    {
        await using var hub = StartHub();
        using var http = hub.Anonymous;
        var idle = await hub.RegisterAsync("idle");
        _clock.Advance(TimeSpan.FromDays(7));
        await (await PostAsync(http, idle.RefreshToken)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");

        var token = (await hub.RegisterAsync("busy")).RefreshToken;
        for (var day = 5; day < 30; day += 5)
        {
            _clock.Advance(TimeSpan.FromDays(5));
            token = Token(await RefreshAsync(hub, token));
        }
        _clock.Advance(TimeSpan.FromDays(5));
        await (await PostAsync(http, token)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");
    }

    [Fact]
    public async Task After_logout_the_token_is_dead_and_logout_tells_nothing()
    {
        await using var hub = StartHub();
        var ada = await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        foreach (var token in new[] { ada.RefreshToken, ada.RefreshToken, "no such token" })
        {
            await (await http.PostAsJsonAsync("api/auth/logout", new { refreshToken = token })).OkAsync(HttpStatusCode.NoContent);
        }
        await (await PostAsync(http, ada.RefreshToken)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");
    }

    [Fact]
    public async Task Devices_are_listed_and_can_be_signed_out_by_their_owner_only()
    {
        await using var hub = StartHub();
        var ada = await hub.RegisterAsync("ada");
        var eve = await hub.RegisterAsync("eve");
        var phone = await hub.LoginAsync("ada", "Ada's phone");
        var devices = (await (await ada.Http.GetAsync("api/me/devices")).OkAsync()).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, devices.Count);
        var listed = devices.Single(device => device.GetProperty("deviceInfo").GetString() == "Ada's phone");
        Assert.False(listed.GetProperty("isCurrent").GetBoolean());
        Assert.True(devices.Single(device => device.GetProperty("tokenId").GetGuid() != listed.GetProperty("tokenId").GetGuid()).GetProperty("isCurrent").GetBoolean());

        var path = $"api/me/devices/{listed.GetProperty("tokenId").GetGuid()}";
        await (await eve.Http.DeleteAsync(path)).ProblemAsync(HttpStatusCode.NotFound, "account.device_not_found");
        await (await ada.Http.DeleteAsync(path)).OkAsync(HttpStatusCode.NoContent);
        using var http = hub.Anonymous;
        await (await PostAsync(http, phone.RefreshToken)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");
        await (await ada.Http.DeleteAsync(path)).ProblemAsync(HttpStatusCode.NotFound, "account.device_not_found");
    }

    [Fact]
    public async Task An_access_token_ends_after_its_minutes_and_the_skew()
    {
        await using var hub = StartHub();
        var ada = await hub.RegisterAsync("ada");
        _clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(29));
        await (await ada.Http.GetAsync("api/me")).OkAsync();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await (await ada.Http.GetAsync("api/me")).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    private TestHub StartHub() => TestHub.Start(services => services.AddSingleton<TimeProvider>(_clock));

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string token) => http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = token });

    private static async Task<JsonElement> RefreshAsync(TestHub hub, string token)
    {
        using var http = hub.Anonymous;
        using var response = await PostAsync(http, token);
        return await response.OkAsync();
    }

    private static string Token(JsonElement signedIn) => signedIn.GetProperty("refreshToken").GetString()!;
}
