using System.Net;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Persistence.Relational.Sqlite;
using CollabHub.Tests.Functional.Teams;
using CollabHub.Tests.Specifications.Mongo;
using CollabHub.Tests.Specifications.Postgres;
using MongoDB.Bson;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Documents;

/// <summary>
/// The server killed at each step of making a workspace after a template: nothing or the whole of it is there after the next start. The steps are held
/// from outside: the tables by a lock, the document store by its fail points.
/// </summary>
[Collection(nameof(Processes))]
public sealed class CreationCrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-crash-");

    /// <summary>Where the server dies.</summary>
    public enum Step
    {
        /// <summary>The transaction waits for the tables.</summary>
        BeforeCommit,
        /// <summary>Committed; the document store does not take the document.</summary>
        BeforeDocument,
        /// <summary>The document is made, and nobody heard of it.</summary>
        DocumentWithoutAnswer,
        /// <summary>The document is made; its sections are not.</summary>
        BeforeSections,
        /// <summary>Document and sections are there; the promise is still in the outbox.</summary>
        BeforePromiseIsKept,
    }

    public static TheoryData<Step, bool> Steps
    {
        get
        {
            var steps = new TheoryData<Step, bool>();
            foreach (var step in Enum.GetValues<Step>())
            {
                steps.Add(step, false);
                steps.Add(step, true);
            }
            return steps;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_server_killed_at_any_step_leaves_nothing_or_a_whole_workspace(Step step, bool postgres)
    {
        using var mongo = MongoServer.StartEmulator();
        output.WriteLine($"Tables in {(postgres ? "Postgres" : "SQLite")}, documents in {mongo.Description}.");
        var (address, tables) = (mongo.NewDatabase(), postgres ? PostgresServer.Shared.NewDatabase() : "");
        (string, string)[] settings = [("ConnectionStrings:Mongo", address), ("ConnectionStrings:Postgres", tables)];
        var (server, url) = await ServerProcess.StartAsync(_directory.FullName, settings);
        using (server)
        {
            var ada = await ServerProcess.SignInAsync(url, "ada", again: false);
            var template = await TemplateAsync(ada, address);
            IAsyncDisposable? held = null;
            if (step == Step.BeforeCommit) held = await HoldTablesAsync(tables);
            else if (step == Step.BeforeDocument) await mongo.FailAsync(new BsonDocument("closeConnection", true), null, "update");
            else if (step == Step.DocumentWithoutAnswer) await mongo.FailAsync(new BsonDocument { { "applyThenClose", true } }, 1, "update");
            var creating = CreateAsync(ada, template);
            await ReachAsync(step, ada, creating, address, mongo);
            server.Kill();
            if (held is not null) await held.DisposeAsync();
        }
        await mongo.HealAsync();
        (server, url) = await ServerProcess.StartAsync(_directory.FullName, settings);
        using (server)
        {
            await IsWholeAsync(await ServerProcess.SignInAsync(url, "ada", again: true), step == Step.BeforeCommit, address);
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<Guid> TemplateAsync(TestUser ada, string address)
    {
        var created = await (await ada.PostAsync("api/workspaces", new { name = "Template", isTemplate = true })).OkAsync(HttpStatusCode.Created);
        var template = created.GetProperty("workspaceId").GetGuid();
        await (await ada.PostAsync($"api/workspaces/{template}/files", new { path = "a.md", content = "text" })).OkAsync(HttpStatusCode.Created);
        await (await DocumentTests.PatchAsync(ada, template, """{"tags":["course"],"settings":{"theme":"dark"}}""")).OkAsync();
        await Eventually.TrueAsync(async () => (await MongoServer.StoredAsync(address)).Any(stored => stored["files"].AsBsonArray.Count == 1 && stored["version"] == 1));
        return template;
    }

    private static async Task<HttpStatusCode?> CreateAsync(TestUser ada, Guid template)
    {
        try
        {
            using var created = await ada.PostAsync("api/workspaces", new { name = "Copy", templateId = template });
            return created.StatusCode;
        }
        catch (HttpRequestException)
        {
            // Its server was killed.
            return null;
        }
    }

    /// <summary>Returns when the server is at the step, as far as it can be seen from outside.</summary>
    private static async Task ReachAsync(Step step, TestUser ada, Task<HttpStatusCode?> creating, string address, MongoServer mongo)
    {
        if (step == Step.BeforeCommit)
        {
            // It can come no further; a later request that was answered says that the server has begun.
            await (await ada.GetAsync("api/workspaces")).OkAsync();
            Assert.False(creating.IsCompleted);
            return;
        }
        Assert.Equal(HttpStatusCode.Created, await creating);
        if (step == Step.BeforeDocument)
        {
            Assert.Single(await MongoServer.StoredAsync(address));
            return;
        }
        await Eventually.TrueAsync(async () =>
        {
            var copy = (await MongoServer.StoredAsync(address)).SingleOrDefault(stored => stored["name"] == "Copy");
            if (copy is not null && step == Step.BeforeSections) await mongo.FailAsync(new BsonDocument("closeConnection", true), null, "update");
            return copy is not null && (step != Step.BeforePromiseIsKept || copy["version"] == 1);
        });
    }

    private static async Task IsWholeAsync(TestUser ada, bool isNothing, string address)
    {
        var copies = await ada.ItemsAsync("api/workspaces?q=Copy");
        if (isNothing)
        {
            Assert.Empty(copies);
            Assert.Single(await MongoServer.StoredAsync(address));
            return;
        }
        var copy = Assert.Single(copies).Text("workspaceId");
        var document = await (await ada.GetAsync($"api/workspaces/{copy}/document")).OkAsync();
        Assert.Equal(("course", "dark"), (document.GetProperty("tags")[0].GetString(), document.GetProperty("settings").Text("theme")));
        var file = Assert.Single(await ada.ItemsAsync($"api/workspaces/{copy}/files")).Text("fileId");
        Assert.Equal("text", await ada.Http.GetStringAsync($"api/workspaces/{copy}/files/{file}/content"));
        Assert.Single(await ada.ItemsAsync($"api/workspaces/{copy}/members"));
        await Eventually.TrueAsync(async () =>
        {
            var stored = await MongoServer.StoredAsync(address);
            return stored.Count == 2 && stored.All(one => one["version"] == 1 && one["files"].AsBsonArray.Count == 1);
        });
    }

    /// <summary>Keeps every other writer of workspaces waiting until it is disposed.</summary>
    private async Task<IAsyncDisposable> HoldTablesAsync(string postgres)
    {
        IRelationalDatabase database = postgres.Length > 0 ? new PostgresDatabase(postgres) : new SqliteDatabase(Path.Combine(_directory.FullName, "data", "collabhub.db"));
        var connection = await database.OpenAsync(default);
        var transaction = await database.BeginWriteAsync(connection, default);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = postgres.Length > 0 ? "lock table workspaces in exclusive mode" : "update workspaces set name = name";
        await command.ExecuteNonQueryAsync();
        return new Held(database, connection, transaction);
    }

    private sealed class Held(IRelationalDatabase database, System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.RollbackAsync();
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
            (database as IDisposable)?.Dispose();
        }
    }
}
