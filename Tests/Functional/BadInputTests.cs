using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace CollabHub.Tests.Functional;

public class BadInputTests
{
    [Theory]
    [InlineData("{", 400, "request.malformed")]
    [InlineData("", 400, "request.malformed")]
    [InlineData("null", 400, "request.malformed")]
    [InlineData("{\"displayName\":1e999}", 422, "validation.failed")]
    [InlineData("{\"displayName\":{}}", 422, "validation.failed")]
    [InlineData("[]", 422, "validation.failed")]
    [InlineData("{\"displayName\":\"a\",\"displayName\":\"b\"}", 422, "validation.failed")]
    [InlineData("{\"displayName\":\"a\",\"role\":\"owner\"}", 422, "validation.failed")]
    [InlineData("{\"displayName\":\"\\ud800\"}", 422, "validation.failed")]
    [InlineData("{\"displayName\":\"a\\u0000b\"}", 422, "validation.failed")]
    [InlineData("{\"DisplayName\":\"a\"}", 422, "validation.failed")]
    public async Task A_bad_body_gets_a_complete_problem(string body, int status, string code)
    {
        await using var hub = TestHub.Start();
        using var response = await PostAsync(hub, new StringContent(body, Encoding.UTF8, "application/json"));
        await response.ProblemAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_body_nested_ten_thousand_deep_is_refused_without_harm()
    {
        await using var hub = TestHub.Start();
        var deep = new string('[', 10_000) + new string(']', 10_000);
        using var response = await PostAsync(hub, new StringContent($"{{\"displayName\":{deep}}}", Encoding.UTF8, "application/json"));
        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        await using var hub = TestHub.Start();
        using var response = await PostAsync(hub, new StringContent(new string('x', 1_048_577), Encoding.UTF8, "application/json"));
        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "request.too_large");
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        await using var hub = TestHub.Start();
        using var response = await PostAsync(hub, new StringContent("displayName=a", Encoding.UTF8, "application/x-www-form-urlencoded"));
        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "request.media_type");
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused()
    {
        await using var hub = TestHub.Start();
        var content = new ByteArrayContent([.. "{\"displayName\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await PostAsync(hub, content);
        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    [Theory]
    [InlineData("GET", "api/nope", 404, "request.not_found")]
    [InlineData("GET", "api/me", 401, "auth.required")]
    [InlineData("PUT", "api/auth/login", 405, "request.method_not_allowed")]
    [InlineData("TRACE", "api/me", 405, "request.method_not_allowed")]
    [InlineData("DELETE", "api/me/devices/..%2f", 404, "request.not_found")]
    [InlineData("DELETE", "api/me/devices/{018f0000-0000-7000-8000-000000000001}x", 404, "request.not_found")]
    public async Task What_the_framework_refuses_is_a_complete_problem_too(string method, string path, int status, string code)
    {
        await using var hub = TestHub.Start();
        using var http = hub.Anonymous;
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await response.ProblemAsync((HttpStatusCode)status, code);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("limit=1e9")]
    [InlineData("limit=1&limit=2")]
    [InlineData("limit=")]
    [InlineData("cursor=abc")]
    [InlineData("cursor=")]
    public async Task A_bad_page_is_refused_with_its_field(string query)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        using var response = await ada.Http.GetAsync($"api/me/devices?{query}");
        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty(query.Split('=')[0], out _));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        for (var i = 0; i < 4; i++) await hub.LoginAsync("ada");
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await (await ada.Http.GetAsync($"api/me/devices?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).OkAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("tokenId").GetGuid()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(5, seen.Count);
        Assert.Equal(5, seen.Distinct().Count());
    }

    [Fact]
    public async Task Browsers_are_told_what_not_to_do_on_every_answer()
    {
        await using var hub = TestHub.Start();
        using var http = hub.Anonymous;
        foreach (var path in new[] { "healthz/live", "api/nope", "nope" })
        {
            using var response = await http.GetAsync(path);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Empty(response.Headers.Server);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(TestHub hub, HttpContent content)
    {
        using var http = hub.Anonymous;
        var response = await http.PostAsync("api/auth/guest", content);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }
}
