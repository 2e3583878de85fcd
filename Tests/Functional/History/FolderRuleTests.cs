using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CollabHub.Tests.Functional.Teams;

namespace CollabHub.Tests.Functional.History;

/// <summary>A name is a file or a folder, never both; and a workspace does not outgrow its bytes by replacing texts.</summary>
public sealed class FolderRuleTests(SharedHub shared) : IClassFixture<SharedHub>
{
    private const HttpStatusCode Taken = HttpStatusCode.Conflict;

    [Theory]
    [InlineData("a", "a/b")]
    [InlineData("a", "A/b/c")]
    [InlineData("src/a.js", "src/a.js/deep/file")]
    [InlineData("a/b", "a")]
    [InlineData("a/b/c", "A/B")]
    [InlineData("Straße", "STRASSE/x")]
    [InlineData("100%_x/y", "100%_x")]
    public async Task A_file_is_no_folder_of_another_one(string present, string wanted)
    {
        var ada = await shared.SomeoneAsync();
        var files = $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/files";
        await CreateAsync(ada, files, present);
        var other = await CreateAsync(ada, files, "other");
        await (await ada.PostAsync(files, new { path = wanted })).ProblemAsync(Taken, "file.path_taken");
        await (await ada.PatchAsync($"{files}/{other}", new { path = wanted })).ProblemAsync(Taken, "file.path_taken");
        var workspace = Guid.Parse(files.Split('/')[2]);
        await (await ArchiveTests.ImportAsync(ada, workspace, ArchiveTests.Zip((wanted, "text")))).ProblemAsync(Taken, "file.path_taken");
        Assert.Equal(new[] { "other", present }.Order(StringComparer.Ordinal), (await ada.ItemsAsync(files)).Select(file => file.Text("path")!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a", "ab/c")]
    [InlineData("a_b", "axb/c")]
    [InlineData("a%", "abc/d")]
    [InlineData("a/b", "a/c")]
    [InlineData("a/b", "a-b")]
    public async Task Names_that_only_begin_alike_are_free(string present, string wanted)
    {
        var ada = await shared.SomeoneAsync();
        var files = $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/files";
        await CreateAsync(ada, files, present);
        await CreateAsync(ada, files, wanted);
    }

    [Fact]
    public async Task A_file_may_move_below_its_own_name_and_the_name_is_free_once_it_is_gone()
    {
        var ada = await shared.SomeoneAsync();
        var files = $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/files";
        var file = await CreateAsync(ada, files, "a");
        await (await ada.PatchAsync($"{files}/{file}", new { path = "a/b" })).OkAsync();
        await (await ada.PatchAsync($"{files}/{file}", new { path = "a" })).OkAsync();
        await (await ada.DeleteAsync($"{files}/{file}")).OkAsync(HttpStatusCode.NoContent);
        await CreateAsync(ada, files, "a/b");
    }

    [Fact]
    public async Task An_archive_in_which_a_file_is_a_folder_of_another_one_is_refused_whole()
    {
        var ada = await shared.SomeoneAsync();
        var workspace = await TeamHub.WorkspaceAsync(ada);
        foreach (var zip in new[] { ArchiveTests.Zip(("a", "1"), ("a/b", "2"), ("c", "3")), ArchiveTests.Zip(("a/b/c", "1"), ("A/B", "2")) })
            await (await ArchiveTests.ImportAsync(ada, workspace, zip)).ProblemAsync(Taken, "file.path_taken");
        Assert.Empty(await ada.ItemsAsync($"api/workspaces/{workspace}/files"));
    }

    [Fact]
    public async Task A_folder_and_a_file_of_one_name_created_at_once_are_one_of_both()
    {
        var ada = await shared.SomeoneAsync();
        var files = $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/files";
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ada.PostAsync(files, new { path = i % 2 == 0 ? "a" : $"a/b{i}" })));
        var kept = (await ada.ItemsAsync(files)).Select(file => file.Text("path")!).ToList();
        Assert.Equal(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), kept.Count);
        Assert.True(kept is ["a"] || kept.All(path => path.StartsWith("a/", StringComparison.Ordinal)), string.Join(' ', kept));
    }

    [Fact]
    public async Task A_longer_text_is_refused_where_the_workspace_is_full_and_a_shorter_one_never()
    {
        await using var hub = TestHub.Start(("Limits:WorkspaceBytes", "5000"), ("Limits:FileTextBytes", "4000"));
        var ada = await hub.RegisterAsync("ada");
        var files = $"api/workspaces/{await TeamHub.WorkspaceAsync(ada)}/files";
        await CreateAsync(ada, files, "b", new string('b', 3000));
        var file = await CreateAsync(ada, files, "a", new string('a', 1000));
        await (await PutAsync(ada, $"{files}/{file}/content", 2001)).ProblemAsync(HttpStatusCode.Conflict, "workspace.too_large");
        Assert.Equal(new string('a', 1000), await ada.Http.GetStringAsync(new Uri($"{files}/{file}/content", UriKind.Relative)));
        await (await PutAsync(ada, $"{files}/{file}/content", 2000)).OkAsync(HttpStatusCode.NoContent);
        await (await PutAsync(ada, $"{files}/{file}/content", 100)).OkAsync(HttpStatusCode.NoContent);
    }

    private static async Task<Guid> CreateAsync(TestUser user, string files, string path, string content = "") =>
        (await (await user.PostAsync(files, new { path, content })).OkAsync(HttpStatusCode.Created)).GetProperty("fileId").GetGuid();

    private static async Task<HttpResponseMessage> PutAsync(TestUser user, string path, int length)
    {
        using var body = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('x', length)));
        body.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        return await user.Http.PutAsync(new Uri(path, UriKind.Relative), body);
    }
}
