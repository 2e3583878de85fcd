using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CollabHub.Hubs.Endpoints;
using CollabHub.Tests.Functional.Teams;

namespace CollabHub.Tests.Functional;

public class AuditRouteTests
{
    [Fact]
    public async Task The_log_is_read_newest_first_in_pages_and_by_filters()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"));
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await TeamHub.AddAsync(ada, workspace, bob, "admin");
        foreach (var name in new[] { "One", "Two", "Three" }) await bob.PatchAsync($"api/workspaces/{workspace}", new { name });
        var path = $"api/workspaces/{workspace}/audit";

        var rows = await ada.ItemsAsync(path);
        Assert.Equal(["audit.read", "workspace.update", "workspace.update", "workspace.update", "member.add", "workspace.create"], rows.Select(row => row.Text("action")));
        Assert.Equal(
            ["action", "hash", "ipAddress", "logId", "newValue", "oldValue", "prevHash", "resourceId", "resourceType", "timestamp", "userAgent", "userId", "wsId"],
            rows[1].EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Three", rows[1].GetProperty("newValue").Text("name"));
        Assert.Equal(rows[2].Text("hash"), rows[1].Text("prevHash"));

        Assert.Equal(3, (await ada.ItemsAsync(path + $"?userId={bob.Id}")).Length);
        Assert.Single(await ada.ItemsAsync(path + "?action=member.add"));
        Assert.Empty(await ada.ItemsAsync(path + "?to=2020-01-01"));
        Assert.Equal(6, (await ada.ItemsAsync(path + "?from=2020-01-01T00:00:00Z&to=2999-01-01T00:00:00%2B02:00")).Length);
        var first = await (await ada.GetAsync(path + "?limit=4")).OkAsync();
        var second = await (await ada.GetAsync(path + $"?limit=4&cursor={Uri.EscapeDataString(first.Text("nextCursor")!)}")).OkAsync();
        Assert.Equal(["member.add", "workspace.create"], second.GetProperty("items").EnumerateArray().Select(row => row.Text("action")));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
    }

    [Theory]
    [InlineData("userId=bob", "userId")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=1/2/2026", "to")]
    [InlineData("action=", "action")]
    public async Task A_filter_that_cannot_be_read_is_named(string query, string field)
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        var problem = await (await ada.GetAsync($"api/workspaces/{workspace}/audit?{query}")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Looking_is_noted_once_an_hour_and_each_export_always()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        var path = $"api/workspaces/{workspace}/audit";
        for (var n = 0; n < 3; n++)
        {
            await ada.ItemsAsync(path);
            await (await ada.GetAsync(path + "/verify")).OkAsync();
            await ExportAsync(ada, path, "text/csv");
        }
        var actions = (await ada.ItemsAsync(path)).Select(row => row.Text("action")).ToList();
        Assert.Equal((1, 1, 3), (actions.Count(a => a == "audit.read"), actions.Count(a => a == "audit.verify"), actions.Count(a => a == "audit.export")));
    }

    [Fact]
    public async Task The_chain_verifies_and_a_broken_row_is_named()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await ada.PatchAsync($"api/workspaces/{workspace}", new { name = "Renamed" });
        var path = $"api/workspaces/{workspace}/audit/verify";
        var good = await (await ada.GetAsync(path)).OkAsync();
        Assert.True(good.GetProperty("ok").GetBoolean());
        Assert.Equal(3, good.GetProperty("rows").GetInt64());

        await DisarmAsync(hub);
        var edited = (await hub.QueryAsync<long>("select log_id from audit_logs where action = 'workspace.update'"))[0];
        await hub.SqlAsync("update audit_logs set user_agent = 'someone else' where log_id = @edited", new { edited });
        var bad = await (await ada.GetAsync(path)).OkAsync();
        Assert.False(bad.GetProperty("ok").GetBoolean());
        Assert.Equal(edited, bad.GetProperty("firstBroken").GetInt64());
    }

    [Fact]
    public async Task Everything_is_exported_as_lines_and_as_values_that_no_spreadsheet_computes()
    {
        await using var hub = TeamHub.Start(("Limits:AuditRunsPerUserAndMinute", "3"));
        var ada = await hub.Hub.RegisterAsync("ada");
        ada.Http.DefaultRequestHeaders.UserAgent.Clear();
        ada.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "=cmd(\"calc\"),x");
        var workspace = await TeamHub.WorkspaceAsync(ada, "Ümläut, \"quoted\"");
        for (var n = 0; n < 700; n++) await ada.PatchAsync($"api/workspaces/{workspace}", new { name = $"Name {n}" });
        var path = $"api/workspaces/{workspace}/audit";

        var lines = (await ExportAsync(ada, path, "application/x-ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(702, lines.Length);
        Assert.Equal("audit.export", JsonElement.Parse(lines[0]).Text("action"));
        Assert.Equal("Ümläut, \"quoted\"", JsonElement.Parse(lines[^1]).GetProperty("newValue").Text("name"));

        var csv = await ExportAsync(ada, path + "?action=workspace.create", "text/csv;q=0.9, application/json;q=0.1");
        var rows = csv.Split("\r\n");
        Assert.Equal("logId,wsId,userId,action,resourceType,resourceId,oldValue,newValue,ipAddress,userAgent,timestamp,prevHash,hash", rows[0]);
        Assert.Contains("\"'=cmd(\"\"calc\"\"),x\"", rows[1], StringComparison.Ordinal);
        Assert.Equal(["", ""], [rows[2], rows.Length == 3 ? "" : "more"]);

        await ExportAsync(ada, path, "text/csv");
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/csv") } } };
        await (await ada.Http.SendAsync(request)).ProblemAsync(HttpStatusCode.TooManyRequests, "rate.limited");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("=\"x\",1", "\"'=\"\"x\"\",1\"")]
    public void A_field_is_text_for_every_spreadsheet(string text, string field) => Assert.Equal(field, AuditExport.Field(text));

    private static async Task<string> ExportAsync(TestUser user, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        using var response = await user.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task DisarmAsync(TeamHub hub)
    {
        string[] triggers = Environment.GetEnvironmentVariable("COLLABHUB_TEST_STORE") == "postgres"
            ? ["drop trigger audit_logs_append_only on audit_logs"]
            : ["drop trigger audit_logs_no_update", "drop trigger audit_logs_no_delete"];
        foreach (var sql in triggers) await hub.SqlAsync(sql);
    }
}
