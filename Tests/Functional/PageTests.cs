using System.Net;

namespace CollabHub.Tests.Functional;

public sealed class PageTests : IDisposable
{
    private readonly DirectoryInfo _webRoot = Directory.CreateTempSubdirectory("collabhub-web-");

    public PageTests()
    {
        File.WriteAllText(Path.Combine(_webRoot.FullName, "index.html"), "<!doctype html><title>the page</title>");
        Directory.CreateDirectory(Path.Combine(_webRoot.FullName, "assets"));
        File.WriteAllText(Path.Combine(_webRoot.FullName, "assets", "app-1a2b3c.js"), "export {}");
    }

    public void Dispose() => _webRoot.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("index.html")]
    [InlineData("workspaces/018f0000-0000-7000-8000-000000000001")]
    [InlineData("join/some-token")]
    public async Task Every_address_that_the_page_routes_answers_the_page_uncached(string path)
    {
        await using var hub = TestHub.Start(("webroot", _webRoot.FullName));
        using var http = hub.Anonymous;
        using var response = await http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("the page", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Assets_with_a_hash_in_their_name_are_cached_for_a_year()
    {
        await using var hub = TestHub.Start(("webroot", _webRoot.FullName));
        using var http = hub.Anonymous;
        using var response = await http.GetAsync("assets/app-1a2b3c.js");
        Assert.Equal("text/javascript", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
    }

    [Theory]
    [InlineData("GET", "api/nope")]
    [InlineData("GET", "assets/gone.js")]
    [InlineData("GET", "hubs/nope")]
    [InlineData("GET", "healthz/nope")]
    public async Task What_is_no_page_is_not_answered_with_one(string method, string path)
    {
        await using var hub = TestHub.Start(("webroot", _webRoot.FullName));
        using var http = hub.Anonymous;
        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await response.ProblemAsync(HttpStatusCode.NotFound, "request.not_found");
    }

    [Fact]
    public async Task The_description_lists_the_routes_and_its_reader_loads_nothing_from_elsewhere()
    {
        await using var hub = TestHub.Start();
        using var http = hub.Anonymous;
        var description = await (await http.GetAsync("openapi/v1.json")).OkAsync();
        Assert.True(description.GetProperty("paths").TryGetProperty("/api/auth/register", out _));
        var register = description.GetProperty("components").GetProperty("schemas").GetProperty("RegisterBody");
        Assert.Equal(["email", "username", "password"], register.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        var profile = description.GetProperty("components").GetProperty("schemas").GetProperty("ProfileBody");
        Assert.False(profile.TryGetProperty("required", out var required) && required.GetArrayLength() > 0);
        Assert.True(description.GetProperty("paths").GetProperty("/api/me").GetProperty("get").TryGetProperty("security", out _));
        Assert.False(description.GetProperty("paths").GetProperty("/api/auth/login").GetProperty("post").TryGetProperty("security", out _));
        var page = await http.GetStringAsync("docs/");
        Assert.Contains("CollabHub API", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("docs/scalar.js")).StatusCode);
        using var reader = await http.GetAsync("docs/");
        Assert.Contains("script-src 'self' 'unsafe-inline'", reader.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
