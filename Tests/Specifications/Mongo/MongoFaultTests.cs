using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Persistence.Mongo;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Documents;
using CollabHub.Tests.Specifications.Documents;
using MongoDB.Bson;
using Xunit.Abstractions;

namespace CollabHub.Tests.Specifications.Mongo;

/// <summary>MongoDB that refuses, breaks off, or does as told and loses the answer: between commit and document, at every step. Always the emulator.</summary>
public sealed class MongoFaultTests(ITestOutputHelper output) : Teams.RelationalSpecification
{
    public static TheoryData<string, bool> Faults
    {
        get
        {
            var faults = new TheoryData<string, bool>();
            foreach (var replicaSet in new[] { false, true })
            {
                foreach (var fault in new[] { "errorCode: 11000", "errorCode: 10107", "errorCode: 91", "errorCode: 64", "closeConnection: true", "applyThenClose: true" }) faults.Add(fault, replicaSet);
            }
            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_happens_to_a_write_the_document_is_right_after_the_next_settling(string fault, bool replicaSet)
    {
        using var server = MongoServer.StartEmulator(replicaSet: replicaSet);
        output.WriteLine($"Against {server.Description}{(replicaSet ? ", one-member replica set" : "")}.");
        var address = server.NewDatabase();
        using var documents = new MongoWorkspaceDocuments(address, new HeardFailures());
        var workspace = await WorkspaceAsync(await PersonAsync("ada"));
        var settling = new SettlingDocuments(new DocumentSource(Db), documents);
        Assert.True(await IntendAsync(workspace.Id, 0, "one"));
        var how = BsonDocument.Parse($"{{ {fault} }}");
        // The first write makes the document, the second writes its sections: each of them fails once.
        foreach (var skipped in new[] { 0, 1 })
        {
            if (skipped == 1) Assert.Null((await documents.FollowAsync((await new DocumentSource(Db).FactsAsync(workspace.Id, 1, default))!, default)).Error);
            await server.FailAsync(how, 1, "update");
            await settling.SettleAsync(workspace.Id, default);
            await server.HealAsync();
        }
        Assert.Null((await settling.SettleAsync(workspace.Id, default)).Error);
        var stored = Assert.Single(await MongoServer.StoredAsync(address));
        Assert.Equal((workspace.Name, 1L, "one"), (stored["name"].AsString, stored["version"].ToInt64(), stored["tags"].AsBsonArray.Single().AsString));
        Assert.Null((await new DocumentSource(Db).HeadAsync(workspace.Id, default))!.Pending);
    }

    [Fact]
    public async Task A_write_that_failed_is_said_to_have_failed()
    {
        using var server = MongoServer.StartEmulator();
        var heard = new HeardFailures();
        using var documents = new MongoWorkspaceDocuments(server.NewDatabase(), heard);
        var workspace = await WorkspaceAsync(await PersonAsync("ada"));
        await server.FailAsync(new BsonDocument("closeConnection", true), null, "update", "find");
        Assert.Equal("document.unavailable", (await new SettlingDocuments(new DocumentSource(Db), documents).SettleAsync(workspace.Id, default)).Error?.Code);
        Assert.Equal("document.unavailable", (await documents.FindAsync(workspace.Id, default)).Error?.Code);
        Assert.NotEmpty(heard.All);
        await server.HealAsync();
        Assert.Null((await new SettlingDocuments(new DocumentSource(Db), documents).SettleAsync(workspace.Id, default)).Error);
    }

    [Fact]
    public async Task A_late_write_of_a_node_that_gave_up_does_not_undo_a_newer_one()
    {
        using var server = MongoServer.StartEmulator();
        var address = server.NewDatabase();
        using var slow = new MongoWorkspaceDocuments(address, new HeardFailures());
        using var other = new MongoWorkspaceDocuments(address, new HeardFailures());
        var workspace = await WorkspaceAsync(await PersonAsync("ada"));
        var facts = (await new DocumentSource(Db).FactsAsync(workspace.Id, 1, default))!;
        Assert.Null((await other.FollowAsync(facts with { Revision = 7, Name = "Newest" }, default)).Error);
        Assert.Null((await slow.FollowAsync(facts with { Revision = 6, Name = "Late" }, default)).Error);
        Assert.Equal("Newest", Assert.Single(await MongoServer.StoredAsync(address))["name"].AsString);
    }

    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);

    private Task<bool> IntendAsync(WorkspaceId workspace, long from, string tag) => ((Domain.Storage.IUnitOfWork)Db).RunAsync(
        ct => new DocumentSource(Db).IntendAsync(workspace, from, DocumentSections.Empty with { Tags = [tag] }, Start, ct), _ => true, default);
}
