using System.Text.Json.Nodes;
using CollabHub.Domain;
using CollabHub.Domain.Files;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Documents;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Specifications.Postgres;

namespace CollabHub.Tests.Specifications.Documents;

/// <summary>What the tables promise of documents, and that settling keeps it, whenever it happens.</summary>
public abstract class SettlingSpecification : Teams.RelationalSpecification
{
    private RelationalWorkspaceDocuments Documents => new(Database, new HeardFailures());

    [Fact]
    public async Task Every_change_of_a_workspace_and_its_files_is_promised_and_kept()
    {
        var ada = await PersonAsync("ada");
        var workspace = await WorkspaceAsync(ada);
        var file = await FileAsync(workspace.Id, ada, "a.md");
        Assert.Equal(["a.md"], await SettledFilesAsync(workspace.Id));
        await new FileStore(Db).MoveAsync(file, Path("b.md"), "markdown", Next(), default);
        await new WorkspaceStore(Db).UpdateAsync(workspace with { Name = "Renamed", UpdatedAt = Next() }, default);
        Assert.Equal(["b.md"], await SettledFilesAsync(workspace.Id));
        Assert.Equal("Renamed", (await Documents.FindAsync(workspace.Id, default)).Value!.Name);
        await new FileStore(Db).DeleteAsync(file, Next(), default);
        Assert.Empty(await SettledFilesAsync(workspace.Id));
        await new WorkspaceStore(Db).UpdateAsync(workspace with { Status = WorkspaceStatus.Deleted, UpdatedAt = Next() }, default);
        await SettleAsync(workspace.Id);
        Assert.Null((await Documents.FindAsync(workspace.Id, default)).Value);
        Assert.Equal(6, (await new Outbox(Db, TimeProvider.System).DueAsync("document", 100, default)).Count(entry => entry.Payload == workspace.Id.ToString()));
    }

    [Fact]
    public async Task A_change_that_was_rolled_back_promised_nothing()
    {
        var ada = await PersonAsync("ada");
        var workspace = await WorkspaceAsync(ada);
        var before = await new DocumentSource(Db).HeadAsync(workspace.Id, default);
        await ((IUnitOfWork)Db).RunAsync(
            async ct =>
            {
                await new WorkspaceStore(Db).UpdateAsync(workspace with { Name = "Never" }, ct);
                return false;
            },
            done => done, default);
        Assert.Equal(before, await new DocumentSource(Db).HeadAsync(workspace.Id, default));
    }

    [Fact]
    public async Task Of_many_who_take_the_same_version_one_gets_it()
    {
        var workspace = (await WorkspaceAsync(await PersonAsync("ada"))).Id;
        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => IntendAsync(workspace, 0, $"t{n}"))));
        Assert.Single(won, taken => taken);
        var head = await new DocumentSource(Db).HeadAsync(workspace, default);
        Assert.Equal(1, head!.Version);
        Assert.Equal(head.Pending!.Tags, await Db.QueryAsync<string>("select tag from workspace_tags", null, default));
    }

    [Fact]
    public async Task The_next_version_waits_until_the_one_before_is_settled()
    {
        var workspace = (await WorkspaceAsync(await PersonAsync("ada"))).Id;
        Assert.True(await IntendAsync(workspace, 0, "one"));
        Assert.False(await IntendAsync(workspace, 1, "two"));
        await SettleAsync(workspace);
        Assert.True(await IntendAsync(workspace, 1, "two"));
        await SettleAsync(workspace);
        var document = (await Documents.FindAsync(workspace, default)).Value!;
        Assert.Equal((2L, "two"), (document.Version, Assert.Single(document.Sections.Tags)));
        Assert.Null((await new DocumentSource(Db).HeadAsync(workspace, default))!.Pending);
    }

    [Fact]
    public async Task Many_may_settle_at_once()
    {
        var ada = await PersonAsync("ada");
        var workspace = (await WorkspaceAsync(ada)).Id;
        await IntendAsync(workspace, 0, "one");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            await using var db = new DbSession(Database);
            Assert.Null((await new SettlingDocuments(new DocumentSource(db), Documents).SettleAsync(workspace, default)).Error);
        })));
        Assert.Equal(["one"], (await Documents.FindAsync(workspace, default)).Value!.Sections.Tags);
        Assert.Equal(1, await Db.FindAsync<long>("select count(*) from mongo_workspaces", null, default));
    }

    private async Task<bool> IntendAsync(WorkspaceId workspace, long from, string tag)
    {
        await using var db = new DbSession(Database);
        var sections = DocumentSections.Empty with { Tags = [tag], Settings = new JsonObject { ["tag"] = tag } };
        return await ((IUnitOfWork)db).RunAsync(ct => new DocumentSource(db).IntendAsync(workspace, from, sections, Start, ct), _ => true, default);
    }

    private async Task<IEnumerable<string>> SettledFilesAsync(WorkspaceId workspace)
    {
        await SettleAsync(workspace);
        return (await Documents.FindAsync(workspace, default)).Value!.Files.Select(file => file.Path);
    }

    private async Task SettleAsync(WorkspaceId workspace) =>
        Assert.Null((await new SettlingDocuments(new DocumentSource(Db), Documents).SettleAsync(workspace, default)).Error);

    private async Task<FileId> FileAsync(WorkspaceId workspace, UserId user, string path)
    {
        var file = new FileEntry(new FileId(Guid.CreateVersion7()), workspace, path, "markdown", 0, Next(), user);
        Assert.True(await new FileStore(Db).AddAsync(file, Path(path), default, Guid.CreateVersion7(), null, default));
        return file.Id;
    }

    private static FilePath Path(string path) => FilePath.Parse(path).Value;
}

public sealed class SqliteSettlingTests : SettlingSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}

public sealed class PostgresSettlingTests : SettlingSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}
