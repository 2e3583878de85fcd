using System.Net;
using System.Net.Http.Json;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Specifications.Postgres;

namespace CollabHub.Tests.Functional;

/// <summary>The server with its tables in Postgres.</summary>
public class PostgresTests
{
    [Fact]
    public async Task What_is_typed_and_saved_is_there_after_a_restart()
    {
        await using var hub = TestHub.Start(("ConnectionStrings:Postgres", PostgresServer.Shared.NewDatabase()));
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("one ");
        await using (var connection = await ada.HubAsync(messagePack: true))
        {
            await using var open = new HubFile(connection, file, 11);
            await open.NextAsync("sync");
            var seq = await open.TypeAsync("two ");
            Assert.Equal(seq, (await open.NextAsync("saved")).Seq);
        }
        await hub.RestartAsync();
        Assert.Equal("one two ", await ada.TextAsync(workspace, file));
        Assert.False(File.Exists(Path.Combine(hub.DataDirectory, "collabhub.db")), "Nothing may go to SQLite.");
        using var http = hub.Anonymous;
        var ready = await (await http.GetAsync("healthz/ready")).OkAsync();
        Assert.Equal("Postgres", ready.GetProperty("checks").GetProperty("database").GetProperty("description").GetString());
    }

    [Fact]
    public async Task Quotas_hold_for_requests_at_once()
    {
        await using var hub = TestHub.Start(("ConnectionStrings:Postgres", PostgresServer.Shared.NewDatabase()), ("Limits:WorkspacesPerUser", "3"));
        var ada = await hub.RegisterAsync("ada");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            using var created = await ada.Http.PostAsJsonAsync("api/workspaces", new { name = $"W{n}" });
            return created.StatusCode;
        }));
        Assert.Equal(3, answers.Count(status => status == HttpStatusCode.Created));
    }

    [Fact]
    public async Task A_hundred_refreshes_at_once_get_one_successor()
    {
        await using var hub = TestHub.Start(("ConnectionStrings:Postgres", PostgresServer.Shared.NewDatabase()));
        var ada = await hub.RegisterAsync("ada");
        var tokens = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var http = hub.Anonymous;
            var answer = await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).OkAsync();
            return answer.GetProperty("refreshToken").GetString();
        }));
        Assert.Single(tokens.Distinct());
    }
}
