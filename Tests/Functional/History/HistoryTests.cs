using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Teams;

namespace CollabHub.Tests.Functional.History;

/// <summary>Versions and blame on the real server.</summary>
public class HistoryTests
{
    [Fact]
    public async Task A_version_is_named_listed_read_compared_and_restored_while_someone_types()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("one\ntwo\n");
        var files = $"api/workspaces/{workspace}/files/{file}";
        var first = await (await ada.PostAsync($"{files}/versions", new { name = "  Draft  " })).OkAsync(HttpStatusCode.Created);
        Assert.Equal((1, "Draft", "named", 8), (first.GetProperty("n").GetInt32(), first.Text("name"), first.Text("kind"), first.GetProperty("size").GetInt32()));
        Assert.Equal((ada.Id.ToString(), "Ada"), (first.Text("createdBy"), first.Text("createdByName")));
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 11);
        await open.NextAsync("sync");
        await open.TypeAsync("three 😀\n");
        // Not waiting for `saved`: a version has what the server has accepted.
        await Eventually.TrueAsync(async () => (await ada.TextAsync(workspace, file)).EndsWith("three 😀\n", StringComparison.Ordinal));
        var second = await (await ada.PostAsync($"{files}/versions", new { })).OkAsync(HttpStatusCode.Created);
        Assert.Equal((2, null, "named"), (second.GetProperty("n").GetInt32(), second.Text("name"), second.Text("kind")));
        var content = await (await ada.GetAsync($"{files}/versions/2")).OkAsync();
        Assert.Equal("one\ntwo\nthree 😀\n", content.Text("content"));
        Assert.Equal([2, 1], (await ada.ItemsAsync($"{files}/versions")).Select(version => version.GetProperty("n").GetInt32()));

        using var diff = await ada.GetAsync($"{files}/versions/1/diff?to=2");
        Assert.Equal("text/x-diff", diff.Content.Headers.ContentType?.MediaType);
        const string Expected = "--- a/main.js\tversion 1\n+++ b/main.js\tversion 2\n@@ -1,2 +1,3 @@\n one\n two\n+three 😀\n";
        Assert.Equal(Expected, await diff.Content.ReadAsStringAsync());
        Assert.Equal(Expected.Replace("version 2", "now", StringComparison.Ordinal), await ada.Http.GetStringAsync(new Uri($"{files}/versions/1/diff", UriKind.Relative)));
        Assert.Equal("", await ada.Http.GetStringAsync(new Uri($"{files}/versions/2/diff", UriKind.Relative)));

        var four = await open.TypeAsync("four\n");
        while ((await open.NextAsync("saved")).Seq < four)
        {
            // That was an earlier edit.
        }
        using var restored = await ada.PostAsync($"{files}/versions/1/restore");
        Assert.Equal(1, (await restored.OkAsync()).GetProperty("n").GetInt32());
        while (open.Text != "one\ntwo\n") await open.NextAsync("edit");
        await open.TypeAsync("after\n");
        await Eventually.TrueAsync(async () => await ada.TextAsync(workspace, file) == "one\ntwo\nafter\n");
        // What was there before the restore is not lost.
        var kept = await (await ada.GetAsync($"{files}/versions/3")).OkAsync();
        Assert.Equal(("automatic", "one\ntwo\nthree 😀\nfour\n"), (kept.Text("kind"), kept.Text("content")));
    }

    [Fact]
    public async Task Numbers_have_no_gap_however_many_ask_at_once_and_a_repeated_request_makes_one()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("text");
        var path = $"api/workspaces/{workspace}/files/{file}/versions";
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => ada.PostAsync(path, new { name = $"v{i}" })));
        var numbers = new List<int>();
        foreach (var answer in answers) numbers.Add((await answer.OkAsync(HttpStatusCode.Created)).GetProperty("n").GetInt32());
        Assert.Equal(Enumerable.Range(1, 40), numbers.Order());
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(new { name = "once" }) };
            request.Headers.Add("Idempotency-Key", "a-key");
            using var answer = await ada.Http.SendAsync(request);
            Assert.Equal(41, (await answer.OkAsync(HttpStatusCode.Created)).GetProperty("n").GetInt32());
        }
        var page = await (await ada.GetAsync($"{path}?limit=40")).OkAsync();
        Assert.Equal(41, page.GetProperty("items")[0].GetProperty("n").GetInt32());
        var rest = await ada.ItemsAsync($"{path}?limit=40&cursor={Uri.EscapeDataString(page.Text("nextCursor")!)}");
        Assert.Equal(1, Assert.Single(rest).GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_quiet_file_gets_an_automatic_version_once_and_only_as_many_as_may_stay()
    {
        await using var hub = TestHub.Start(("Limits:VersionIdleSeconds", "1"), ("Limits:AutomaticVersionsPerFile", "2"));
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("v1");
        var path = $"api/workspaces/{workspace}/files/{file}";
        await UntilNewestAsync(1);
        for (var round = 2; round <= 4; round++)
        {
            using var body = new StringContent($"v{round}");
            using var put = await ada.Http.PutAsync(new Uri($"{path}/content", UriKind.Relative), body);
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
            await UntilNewestAsync(round);
        }
        var versions = await ada.ItemsAsync($"{path}/versions");
        Assert.Equal([(4, "automatic"), (3, "automatic")], versions.Select(version => (version.GetProperty("n").GetInt32(), version.Text("kind")!)));
        Assert.Equal(ada.Id.ToString(), versions[0].Text("createdBy"));
        Assert.Equal("v4", (await (await ada.GetAsync($"{path}/versions/4")).OkAsync()).Text("content"));
        using var gone = await ada.GetAsync($"{path}/versions/1");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "version.not_found");

        Task UntilNewestAsync(int n) => Eventually.TrueAsync(async () =>
            (await ada.ItemsAsync($"{path}/versions")).FirstOrDefault() is { ValueKind: JsonValueKind.Object } newest && newest.GetProperty("n").GetInt32() == n);
    }

    [Fact]
    public async Task Blame_names_each_author_also_of_what_the_server_wrote_for_someone()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var bob = await hub.GuestAsync("Bob");
        var (session, workspace, file) = await ada.SessionWithFileAsync("seeded by Ada\n");
        await ada.ShareAsync(session, bob);
        var path = $"api/workspaces/{workspace}/files/{file}";
        await using var connection = await bob.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 22);
        await open.NextAsync("sync");
        await open.TypeAsync("typed by Bob\n");
        await open.NextAsync("saved");
        using var body = new StringContent("put by Ada\nseeded by Ada\ntyped by Bob\n");
        using var put = await ada.Http.PutAsync(new Uri($"{path}/content", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        var blame = await (await bob.GetAsync($"{path}/blame")).OkAsync();
        Assert.Equal([ada.Id.Value, ada.Id.Value, bob.Id.Value], blame.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("userId").GetGuid()));
        Assert.Equal(["Ada", "Bob"], blame.GetProperty("people").EnumerateArray().Select(person => person.Text("displayName")!).Order());
    }

    [Theory]
    [InlineData("GET", "versions", 404)]
    [InlineData("GET", "versions/1", 404)]
    [InlineData("GET", "versions/1/diff", 404)]
    [InlineData("GET", "blame", 404)]
    [InlineData("POST", "versions", 404)]
    [InlineData("POST", "versions/1/restore", 404)]
    public async Task Strangers_see_nothing_viewers_read_and_the_workspace_must_be_the_files_own(string method, string route, int stranger)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var eve = await hub.RegisterAsync("eve");
        var vera = await hub.RegisterAsync("vera");
        var (_, workspace, file) = await ada.SessionWithFileAsync("text\n");
        var elsewhere = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, workspace, vera, "viewer");
        await (await ada.PostAsync($"api/workspaces/{workspace}/files/{file}/versions", new { })).OkAsync(HttpStatusCode.Created);
        object? body = method == "POST" && route == "versions" ? new { } : null;
        async Task<int> StatusAsync(HttpClient http, Guid of) => (int)(await http.CallAsync(new HttpMethod(method), $"api/workspaces/{of}/files/{file}/{route}", body)).StatusCode;
        Assert.Equal(stranger, await StatusAsync(eve.Http, workspace));
        Assert.Equal(401, await StatusAsync(hub.Anonymous, workspace));
        Assert.Equal(404, await StatusAsync(ada.Http, elsewhere));
        Assert.Equal(method == "GET" ? 200 : 403, await StatusAsync(vera.Http, workspace));
    }

    [Fact]
    public async Task A_damaged_version_is_not_served_and_wrong_numbers_are_not_found()
    {
        await using var team = TeamHub.Start();
        var ada = await team.Hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync(new string('x', 2000));
        var path = $"api/workspaces/{workspace}/files/{file}/versions";
        await (await ada.PostAsync(path, new { })).OkAsync(HttpStatusCode.Created);
        Assert.Equal("brotli", Assert.Single(await team.QueryAsync<string>("select encoding from file_versions")));
        await team.SqlAsync("update file_versions set checksum = checksum + 1");
        await (await ada.GetAsync($"{path}/1")).ProblemAsync(HttpStatusCode.Conflict, "version.damaged");
        await (await ada.PostAsync($"{path}/1/restore")).ProblemAsync(HttpStatusCode.Conflict, "version.damaged");
        await (await ada.GetAsync($"{path}/2")).ProblemAsync(HttpStatusCode.NotFound, "version.not_found");
        await (await ada.GetAsync($"{path}/0")).ProblemAsync(HttpStatusCode.NotFound, "request.not_found");
        await (await ada.PostAsync(path, new { name = "a\u202eb" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }
}
