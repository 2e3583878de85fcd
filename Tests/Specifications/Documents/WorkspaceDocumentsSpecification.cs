using System.Text.Json.Nodes;
using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Persistence.Mongo;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Documents;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Specifications.Mongo;
using CollabHub.Tests.Specifications.Postgres;
using Xunit.Abstractions;

namespace CollabHub.Tests.Specifications.Documents;

/// <summary>What every store of workspace documents does.</summary>
public abstract class WorkspaceDocumentsSpecification : Teams.RelationalSpecification
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    /// <summary>The store under test, next to <see cref="Teams.RelationalSpecification.Database"/>.</summary>
    protected abstract IWorkspaceDocuments CreateDocuments();

    [Fact]
    public async Task There_is_no_document_before_one_is_made()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(1);
        Assert.Null((await documents.FindAsync(facts.Workspace, default)).Value);
        Assert.Null((await documents.ReplaceAsync(facts.Workspace, 1, Sections("a"), default)).Error);
        Assert.Null((await documents.CountAsync(facts.Workspace, new Dictionary<string, long> { ["edits"] = 1 }, default)).Error);
        Assert.Null((await documents.FindAsync(facts.Workspace, default)).Value);
    }

    [Fact]
    public async Task A_document_follows_its_rows_and_is_found_as_it_was_written()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(1);
        await FollowAsync(documents, facts);
        var found = await FindAsync(documents, facts.Workspace);
        Assert.Matches("^[0-9a-f]{24}$", found.Id);
        Assert.Equal((facts.Owner, facts.Name, 1L, 0L), (found.Owner, found.Name, found.Revision, found.Version));
        Assert.Equal(facts.Files, found.Files);
        Assert.Equal(DocumentSections.Empty.ToJson().ToJsonString(), found.Sections.ToJson().ToJsonString());
        Assert.Empty(found.Analytics);
    }

    [Fact]
    public async Task What_arrives_late_or_twice_changes_nothing()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(5);
        await FollowAsync(documents, facts);
        await FollowAsync(documents, facts with { Revision = 4, Name = "Older" });
        await FollowAsync(documents, facts with { Name = "The same" });
        Assert.Equal(facts.Name, (await FindAsync(documents, facts.Workspace)).Name);
        await FollowAsync(documents, facts with { Revision = 6, Name = "Newer", Files = [] });
        var found = await FindAsync(documents, facts.Workspace);
        Assert.Equal(("Newer", 0, 6L), (found.Name, found.Files.Count, found.Revision));
    }

    [Fact]
    public async Task Fifty_at_once_make_one_document_which_follows_the_last()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(1);
        await Task.WhenAll(Enumerable.Range(1, 50).Select(n => Task.Run(() => FollowAsync(documents, facts with { Revision = n, Name = $"N{n}" }))));
        var found = await FindAsync(documents, facts.Workspace);
        Assert.Equal(("N50", 50L), (found.Name, found.Revision));
        await FollowAsync(documents, facts with { Revision = 51, Name = "After" });
        Assert.Equal(found.Id, (await FindAsync(documents, facts.Workspace)).Id);
    }

    [Fact]
    public async Task Sections_are_kept_as_they_are_whatever_JSON_they_hold()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(1);
        await FollowAsync(documents, facts);
        var settings = (JsonObject)JsonNode.Parse("""
            {"text":"Grüße 🚀\n","empty":{},"none":[],"list":[1,"two",null,true,{"deep":[[0.5]]}],"large":9007199254740993,"negative":-1,"half":0.5,"no":false,"spaced key":1}
            """)!;
        var sections = DocumentSections.Empty with { Settings = settings, Tags = ["ü", "b"], Git = new JsonObject { ["url"] = "https://example.org/x.git" } };
        Assert.Null((await documents.ReplaceAsync(facts.Workspace, 1, sections, default)).Error);
        var found = await FindAsync(documents, facts.Workspace);
        Assert.True(JsonNode.DeepEquals(settings, found.Sections.Settings), found.Sections.Settings.ToJsonString());
        Assert.Equal(["ü", "b"], found.Sections.Tags);
        Assert.Equal(1, found.Version);
        Assert.Equal(facts.Files, found.Files);
    }

    [Fact]
    public async Task A_version_is_written_once_and_never_goes_back()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(1);
        await FollowAsync(documents, facts);
        foreach (var (version, value) in new[] { (1L, "first"), (1L, "again"), (3L, "third"), (2L, "late") })
        {
            Assert.Null((await documents.ReplaceAsync(facts.Workspace, version, Sections(value), default)).Error);
        }
        var found = await FindAsync(documents, facts.Workspace);
        Assert.Equal((3L, "third"), (found.Version, found.Sections.Settings["value"]!.GetValue<string>()));
        await FollowAsync(documents, facts with { Revision = 2, Name = "Renamed" });
        Assert.Equal("third", (await FindAsync(documents, facts.Workspace)).Sections.Settings["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task Counters_add_up_whoever_counts_at_once()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(1);
        await FollowAsync(documents, facts);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(async () =>
        {
            var counts = new Dictionary<string, long> { ["edits"] = 2, [n % 2 == 0 ? "opens" : "sessions"] = 1 };
            Assert.Null((await documents.CountAsync(facts.Workspace, counts, default)).Error);
        })));
        var found = await FindAsync(documents, facts.Workspace);
        Assert.Equal((80L, 20L, 20L, 0L), (found.Analytics["edits"], found.Analytics["opens"], found.Analytics["sessions"], found.Version));
    }

    [Fact]
    public async Task Of_a_deleted_workspace_nothing_is_left_and_nothing_comes_back()
    {
        var documents = CreateDocuments();
        var facts = await FactsAsync(1);
        await FollowAsync(documents, facts);
        await documents.ReplaceAsync(facts.Workspace, 1, Sections("secret"), default);
        await FollowAsync(documents, facts with { Revision = 3, IsDeleted = true, Files = [] });
        await FollowAsync(documents, facts with { Revision = 2 });
        await documents.ReplaceAsync(facts.Workspace, 2, Sections("late"), default);
        await documents.CountAsync(facts.Workspace, new Dictionary<string, long> { ["edits"] = 1 }, default);
        Assert.Null((await documents.FindAsync(facts.Workspace, default)).Value);
        Assert.DoesNotContain("secret", await RawAsync(facts.Workspace), StringComparison.Ordinal);
        Assert.DoesNotContain("late", await RawAsync(facts.Workspace), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documents_of_two_workspaces_are_apart()
    {
        var documents = CreateDocuments();
        var (one, two) = (await FactsAsync(1), await FactsAsync(1));
        await FollowAsync(documents, one);
        await FollowAsync(documents, two);
        await documents.ReplaceAsync(one.Workspace, 1, Sections("one"), default);
        Assert.Equal(0, (await FindAsync(documents, two.Workspace)).Version);
        Assert.Null((await documents.PingAsync(default)).Error);
    }

    /// <summary>All that the store holds of a workspace.</summary>
    protected abstract Task<string> RawAsync(WorkspaceId workspace);

    /// <summary>Facts of a new workspace with two files.</summary>
    protected async Task<DocumentFacts> FactsAsync(long revision)
    {
        var ada = await PersonAsync($"ada{Guid.NewGuid():N}");
        var workspace = await WorkspaceAsync(ada);
        DocumentFile[] files =
        [
            new(new FileId(Guid.CreateVersion7()), "a.md", "markdown", 12, new string('a', 64), At, ada),
            new(new FileId(Guid.CreateVersion7()), "b/ü.txt", null, 0, null, At, null),
        ];
        return new DocumentFacts(workspace.Id, ada, workspace.Name, files, revision, false);
    }

    protected static async Task FollowAsync(IWorkspaceDocuments documents, DocumentFacts facts) =>
        Assert.Null((await documents.FollowAsync(facts, default)).Error);

    protected static async Task<WorkspaceDocument> FindAsync(IWorkspaceDocuments documents, WorkspaceId workspace)
    {
        var found = (await documents.FindAsync(workspace, default)).Value;
        Assert.NotNull(found);
        return found;
    }

    protected static DocumentSections Sections(string value) => DocumentSections.Empty with { Settings = new JsonObject { ["value"] = value } };
}

/// <summary>Documents as rows.</summary>
public abstract class RelationalDocumentsSpecification : WorkspaceDocumentsSpecification
{
    protected override IWorkspaceDocuments CreateDocuments() => new RelationalWorkspaceDocuments(Database, new HeardFailures());

    protected override async Task<string> RawAsync(WorkspaceId workspace)
    {
        var rows = await Db.QueryAsync<object>("select * from mongo_workspaces where ws_id = @id", new { id = workspace.Value }, default);
        return string.Join('\n', rows);
    }
}

public sealed class SqliteWorkspaceDocumentsTests : RelationalDocumentsSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}

public sealed class PostgresWorkspaceDocumentsTests : RelationalDocumentsSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}

public sealed class MongoWorkspaceDocumentsTests : WorkspaceDocumentsSpecification, IDisposable
{
    private readonly string _address = MongoServer.Shared.NewDatabase();
    private MongoWorkspaceDocuments? _documents;

    public MongoWorkspaceDocumentsTests(ITestOutputHelper output) => output.WriteLine($"Against {MongoServer.Shared.Description}.");

    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);

    protected override IWorkspaceDocuments CreateDocuments() => _documents ??= new MongoWorkspaceDocuments(_address, new HeardFailures());

    protected override async Task<string> RawAsync(WorkspaceId workspace) => string.Join('\n', (await MongoServer.StoredAsync(_address)).Select(stored => stored.ToString()));

    public void Dispose() => _documents?.Dispose();
}

/// <summary>Keeps what a store reported.</summary>
public sealed class HeardFailures : IDocumentObserver
{
    public System.Collections.Concurrent.ConcurrentQueue<Exception> All { get; } = new();

    public void Unavailable(Exception exception) => All.Enqueue(exception);
}
