using System.Net;
using System.Text.Json;
using CollabHub.Domain.History;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Teams;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.History;

/// <summary>Search over a workspace, on the real server.</summary>
public class SearchTests
{
    [Fact]
    public async Task Everything_is_found_once_in_order_page_by_page_in_open_and_in_closed_files()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("no\n");
        await CreateAsync(ada, workspace, "b/two.txt", "Straße 😀 Needle needle\nnothing\r\n  NEEDLE at the end");
        await CreateAsync(ada, workspace, "A.txt", "needle");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 11);
        await open.NextAsync("sync");
        await open.TypeAsync("live needle");
        await open.NextAsync("saved");
        (string, int, int)[] all =
        [
            ("A.txt", 1, 1), ("b/two.txt", 1, 11), ("b/two.txt", 1, 18), ("b/two.txt", 3, 3), ("main.js", 2, 6),
        ];
        for (var limit = 1; limit <= 6; limit++) Assert.Equal(all, (await PagesAsync(ada, $"api/workspaces/{workspace}/search?q=needle&limit={limit}")).Select(Place));
        var found = await ada.ItemsAsync($"api/workspaces/{workspace}/search?q=NEEDLE&case=true");
        Assert.Equal(("b/two.txt", 3, 3), Place(Assert.Single(found)));
        Assert.Equal("  NEEDLE at the end", found[0].Text("preview"));
        Assert.Empty(await ada.ItemsAsync($"api/workspaces/{workspace}/search?q=needlf"));
    }

    [Fact]
    public async Task A_closed_file_is_read_once_and_again_when_it_has_changed()
    {
        await using var hub = TestHub.Start();
        var owner = await hub.RegisterAsync("owner");
        var workspace = await TeamHub.WorkspaceAsync(owner);
        var file = await CreateAsync(owner, workspace, "a.txt", "before");
        var path = $"api/workspaces/{workspace}/search?q=";
        Assert.Single(await owner.ItemsAsync(path + "before"));
        var cache = hub.Services.GetRequiredService<TextCache>();
        var kept = cache.Find(new(file), 1);
        Assert.NotNull(kept);
        Assert.Single(await owner.ItemsAsync(path + "before"));
        Assert.Same(kept, cache.Find(new(file), 1));
        using var body = new StringContent("after");
        (await owner.Http.PutAsync(new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative), body)).EnsureSuccessStatusCode();
        Assert.Empty(await owner.ItemsAsync(path + "before"));
        Assert.Single(await owner.ItemsAsync(path + "after"));
    }

    [Fact]
    public async Task Only_readers_search_and_bad_queries_are_refused()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var eve = await hub.RegisterAsync("eve");
        var secret = await TeamHub.WorkspaceAsync(ada);
        var shown = await TeamHub.WorkspaceAsync(ada, isPublic: true);
        foreach (var workspace in new[] { secret, shown }) await CreateAsync(ada, workspace, "a.txt", "word");
        using var anonymous = hub.Anonymous;
        using var publicly = await anonymous.GetAsync(new Uri($"api/workspaces/{shown}/search?q=word", UriKind.Relative));
        Assert.Equal(1, (await publicly.OkAsync()).GetProperty("items").GetArrayLength());
        using var hidden = await anonymous.GetAsync(new Uri($"api/workspaces/{secret}/search?q=word", UriKind.Relative));
        await hidden.ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        await (await eve.GetAsync($"api/workspaces/{secret}/search?q=word")).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        foreach (var query in new[] { "", "q=", "q=a%0Ab", "q=a%00", "q=" + new string('x', 201) })
            await (await ada.GetAsync($"api/workspaces/{secret}/search?{query}")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await ada.GetAsync($"api/workspaces/{secret}/search?q=a&limit=0")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    [Fact]
    public async Task A_search_that_runs_out_of_time_goes_on_behind_its_cursor_and_long_lines_are_cut()
    {
        await using var hub = TestHub.Start(("Limits:SearchMilliseconds", "1"), ("Limits:TextCacheBytes", "0"));
        var ada = await hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        for (var i = 0; i < 30; i++) await CreateAsync(ada, workspace, $"f{i:00}.txt", string.Concat(Enumerable.Repeat("😀 ", 5000)) + "needle" + new string('y', 5000));
        var found = await PagesAsync(ada, $"api/workspaces/{workspace}/search?q=needle");
        Assert.Equal(Enumerable.Range(0, 30).Select(i => ($"f{i:00}.txt", 1, 15_001)), found.Select(Place));
        Assert.All(found, item => Assert.True(item.Text("preview")!.Length <= 200 && item.Text("preview")!.Contains("needle", StringComparison.Ordinal)));
        Assert.All(found, item => Assert.DoesNotContain('\uFFFD', item.Text("preview")!));
    }

    private static (string, int, int) Place(JsonElement item) => (item.Text("path")!, item.GetProperty("line").GetInt32(), item.GetProperty("column").GetInt32());

    private static async Task<List<JsonElement>> PagesAsync(TestUser user, string path)
    {
        var items = new List<JsonElement>();
        var cursor = "";
        do
        {
            var page = await (await user.GetAsync(path + cursor)).OkAsync();
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.Text("nextCursor") is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : "";
        }
        while (cursor.Length > 0);
        return items;
    }

    internal static async Task<Guid> CreateAsync(TestUser user, Guid workspace, string path, string content) =>
        (await (await user.PostAsync($"api/workspaces/{workspace}/files", new { path, content })).OkAsync(HttpStatusCode.Created)).GetProperty("fileId").GetGuid();
}
