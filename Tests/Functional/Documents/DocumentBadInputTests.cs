using System.Net;
using System.Text;
using CollabHub.Tests.Functional.Teams;

namespace CollabHub.Tests.Functional.Documents;

/// <summary>What may not stand in a workspace document is refused with its field, and nothing changes.</summary>
public sealed class DocumentBadInputTests(SharedHub shared) : IClassFixture<SharedHub>
{
    public static TheoryData<string, string> Refused => new()
    {
        { """[]""", "$" },
        { "\"text\"", "$" },
        { """{"settings":{"$where":"1"}}""", "settings.$where" },
        { """{"settings":{"a.b":1}}""", "settings.a.b" },
        { """{"settings":{"deep":{"$set":1}}}""", "settings.deep.$set" },
        { """{"settings":{"list":[{"$gt":1}]}}""", "settings.list.$gt" },
        { """{"settings":{"__proto__":{"admin":true}}}""", "settings.__proto__" },
        { """{"settings":{"constructor":1}}""", "settings.constructor" },
        { """{"settings":{"":1}}""", "settings." },
        { """{"settings":{"a\u0000b":1}}""", "settings.a\uFFFDb" },
        { """{"settings":{"a":"b\u0000c"}}""", "settings.a" },
        { """{"settings":{"a":"\ud800"}}""", "$" },
        { """{"settings":{"\ud800":1}}""", "$" },
        { """{"settings":{"a":1e999}}""", "settings.a" },
        { """{"settings":1}""", "settings" },
        { """{"settings":[]}""", "settings" },
        { """{"files":[]}""", "files" },
        { """{"name":"x"}""", "name" },
        { """{"ownerId":"018f0000-0000-7000-8000-000000000000"}""", "ownerId" },
        { """{"version":9}""", "version" },
        { """{"analytics":{"opens":1}}""", "analytics" },
        { """{"analytics":null}""", "analytics" },
        { """{"environment":{"LD_PRELOAD":"x"}}""", "environment.LD_PRELOAD" },
        { """{"environment":{"ld_preload":"x"}}""", "environment.ld_preload" },
        { """{"environment":{"PATH":"x"}}""", "environment.PATH" },
        { """{"environment":{"DOCKER_HOST":"tcp://x"}}""", "environment.DOCKER_HOST" },
        { """{"environment":{"BASH_ENV":"x"}}""", "environment.BASH_ENV" },
        { """{"environment":{"1A":"x"}}""", "environment.1A" },
        { """{"environment":{"A-B":"x"}}""", "environment.A-B" },
        { """{"environment":{"A B":"x"}}""", "environment.A B" },
        { """{"environment":{"A":"x\r\ny"}}""", "environment.A" },
        { """{"environment":{"A":"x\ny"}}""", "environment.A" },
        { """{"environment":{"A":5}}""", "environment.A" },
        { """{"environment":{"A":["x"]}}""", "environment.A" },
        { """{"environment":{"A":{"value":"x","secret":"yes"}}}""", "environment.A" },
        { """{"environment":{"A":{"value":"x","extra":1}}}""", "environment.A" },
        { """{"environment":{"A":{"value":5,"secret":true}}}""", "environment.A" },
        { """{"environment":{"A":{}}}""", "environment.A" },
        { """{"deployment":{"port":0}}""", "deployment.port" },
        { """{"deployment":{"port":"80"}}""", "deployment.port" },
        { """{"deployment":{"startCommand":"a\nb"}}""", "deployment.startCommand" },
        { """{"git":{"url":"file:///etc/passwd"}}""", "git.url" },
        { """{"git":{"url":"https://user:password@example.org/x.git"}}""", "git.url" },
        { """{"git":{"url":"javascript:alert(1)"}}""", "git.url" },
        { """{"git":{"url":"--upload-pack=x"}}""", "git.url" },
        { """{"git":{"url":5}}""", "git.url" },
        { """{"tags":"a"}""", "tags" },
        { """{"tags":[1]}""", "tags" },
        { """{"tags":[null]}""", "tags" },
        { """{"tags":[""]}""", "tags" },
        { """{"tags":["a,b"]}""", "tags" },
        { """{"tags":["a\u202eb"]}""", "tags" },
        { """{"tags":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}""", "tags" },
        { "{\"tags\":[" + string.Join(',', Enumerable.Range(0, 21).Select(n => $"\"t{n}\"")) + "]}", "tags" },
        { "{\"settings\":{\"a\":\"" + new string('x', 65_536) + "\"}}", "settings" },
        { "{\"settings\":{\"a\":" + new string('[', 20) + new string(']', 20) + "}}", "settings.a" },
        { "{\"settings\":{ " + string.Join(',', Enumerable.Range(0, 10_000).Select(n => $"\"k{n}\":1")) + " }}", "$" },
        { "{\"environment\":{ " + string.Join(',', Enumerable.Range(0, 101).Select(n => $"\"K{n}\":\"1\"")) + " }}", "environment" },
        { "{\"environment\":{\"A\":\"" + new string('x', 8_193) + "\"}}", "environment.A" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task What_may_not_stand_in_a_document_is_refused_with_its_field(string patch, string field)
    {
        var ada = await shared.SomeoneAsync();
        var workspace = await TeamHub.WorkspaceAsync(ada);
        using var response = await DocumentTests.PatchAsync(ada, workspace, patch);
        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        using var after = await ada.GetAsync($"api/workspaces/{workspace}/document");
        Assert.Equal("\"0\"", after.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"settings":{"a":1}""", "application/merge-patch+json", HttpStatusCode.BadRequest)]
    [InlineData("{}", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("{}", "application/json-patch+json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("""{"settings":{},"settings":{}}""", "application/json", HttpStatusCode.UnprocessableEntity)]
    public async Task What_is_no_merge_patch_at_all_is_refused(string body, string type, HttpStatusCode status)
    {
        var ada = await shared.SomeoneAsync();
        using var response = await DocumentTests.PatchAsync(ada, await TeamHub.WorkspaceAsync(ada), body, type: type);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Sixteen_megabytes_are_refused_before_they_are_read()
    {
        var ada = await shared.SomeoneAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/document");
        request.Content = new StringContent("{\"settings\":{\"a\":\"" + new string('x', 16_777_216) + "\"}}", Encoding.UTF8, "application/json");
        request.Headers.ExpectContinue = true;
        using var response = await ada.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("""{"git":{"url":"git@example.org:team/x.git"}}""")]
    [InlineData("""{"git":{"url":"ssh://git@example.org/x.git"}}""")]
    [InlineData("""{"deployment":{"runtime":"node","port":3000,"startCommand":"node main.js","memoryMb":512}}""")]
    [InlineData("""{"environment":{"_A":"x\ty","EMPTY":"","URL":"https://example.org/?a=b&c=d"}}""")]
    [InlineData("""{"settings":{"ключ":"значение","with space":[[1],{"a":null}]}}""")]
    [InlineData("""{"settings":null,"tags":null,"environment":null}""")]
    [InlineData("""{}""")]
    public async Task What_people_need_is_taken(string patch)
    {
        var ada = await shared.SomeoneAsync();
        using var response = await DocumentTests.PatchAsync(ada, await TeamHub.WorkspaceAsync(ada), patch, type: "application/json");
        await response.OkAsync();
    }
}
