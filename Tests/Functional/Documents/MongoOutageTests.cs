using System.Net;
using System.Text;
using CollabHub.Hubs.Documents;
using CollabHub.Tests.Functional.Teams;
using CollabHub.Tests.Specifications.Mongo;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Documents;

/// <summary>MongoDB away: people go on editing, are told about documents, and everything is there when it is back. Always the emulator.</summary>
public sealed class MongoOutageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_server_starts_and_works_without_it_and_catches_up_when_it_comes()
    {
        using var first = MongoServer.StartEmulator(Ports.Free());
        output.WriteLine($"Against {first.Description}.");
        var (port, address) = (first.Port, first.NewDatabase() + "?serverSelectionTimeoutMS=500");
        first.Dispose();
        await using var hub = TeamHub.Start(("ConnectionStrings:Mongo", address));
        var ada = await hub.Hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada, "Rocket");
        var file = await (await ada.PostAsync($"api/workspaces/{workspace}/files", new { path = "a.md", content = "x" })).OkAsync(HttpStatusCode.Created);
        using var text = new StringContent("edited", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.NoContent, (await ada.Http.PutAsync($"api/workspaces/{workspace}/files/{file.Text("fileId")}/content", text)).StatusCode);
        using var refused = await ada.GetAsync($"api/workspaces/{workspace}/document");
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "document.unavailable");
        Assert.NotNull(refused.Headers.RetryAfter);
        using var patch = await DocumentTests.PatchAsync(ada, workspace, """{"tags":["a"]}""");
        await patch.ProblemAsync(HttpStatusCode.ServiceUnavailable, "document.unavailable");
        Assert.Single(await ada.ItemsAsync("api/workspaces"));
        var ready = await (await hub.Hub.Anonymous.GetAsync("healthz/ready")).OkAsync();
        Assert.Equal("degraded", ready.GetProperty("checks").GetProperty("documents").Text("status"));
        var lag = hub.Hub.Services.GetRequiredService<DocumentLag>();
        await Eventually.TrueAsync(() => lag is { Waiting: > 0, Oldest.Ticks: > 0 });

        using var second = MongoServer.StartEmulator(port);
        await Eventually.TrueAsync(async () => (await MongoServer.StoredAsync(address)).Any(stored => stored["files"].AsBsonArray.Any(entry => entry["path"] == "a.md")));
        await Eventually.TrueAsync(() => lag is { Waiting: 0, Oldest.Ticks: 0 });
        await (await DocumentTests.PatchAsync(ada, workspace, """{"tags":["a"]}""")).OkAsync();
    }

    [Fact]
    public async Task A_change_that_the_document_store_lost_on_its_way_is_kept_said_to_be_pending_and_made_once()
    {
        using var mongo = MongoServer.StartEmulator(Ports.Free());
        var address = mongo.NewDatabase();
        await using var hub = TeamHub.Start(("ConnectionStrings:Mongo", address));
        var ada = await hub.Hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await (await DocumentTests.PatchAsync(ada, workspace, """{"settings":{"a":1}}""")).OkAsync();
        await mongo.FailAsync(new BsonDocument("closeConnection", true), null, "update");
        using var patch = await DocumentTests.PatchAsync(ada, workspace, """{"settings":{"a":2},"tags":["kept"]}""");
        await patch.ProblemAsync(HttpStatusCode.ServiceUnavailable, "document.pending");
        Assert.Single(await ada.ItemsAsync("api/workspaces?tag=kept"));
        await mongo.HealAsync();
        using var response = await ada.GetAsync($"api/workspaces/{workspace}/document");
        Assert.Equal(2, (await response.OkAsync()).GetProperty("settings").GetProperty("a").GetInt32());
        Assert.Equal("\"2\"", response.Headers.ETag!.ToString());
        Assert.Equal(2, (await hub.QueryAsync<long>("select count(*) from audit_logs where action = 'workspace.document'"))[0]);
    }

    [Fact]
    public async Task Fifty_workspaces_at_once_have_one_document_each()
    {
        using var mongo = MongoServer.StartEmulator(Ports.Free());
        var address = mongo.NewDatabase();
        await using var hub = TeamHub.Start(("ConnectionStrings:Mongo", address));
        var ada = await hub.Hub.RegisterAsync("ada");
        var made = await Task.WhenAll(Enumerable.Range(0, 50).Select(async n =>
        {
            var workspace = await TeamHub.WorkspaceAsync(ada, $"W{n}");
            await (await ada.GetAsync($"api/workspaces/{workspace}/document")).OkAsync();
            return workspace;
        }));
        await Eventually.TrueAsync(async () => (await hub.QueryAsync<long>("select count(*) from outbox where kind = 'document'"))[0] == 0);
        var stored = await MongoServer.StoredAsync(address);
        Assert.Equal(made.Order(), stored.Select(document => document["ws_id"].AsBsonBinaryData.ToGuid(GuidRepresentation.Standard)).Order());
    }
}
