using CollabHub.Domain;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Files;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Specifications.Postgres;
using CollabHub.Tests.Unit.Editing;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Specifications.Versions;

/// <summary>Who wrote what is known before and after the records are gone.</summary>
public abstract class AuthorshipSpecification : Teams.RelationalSpecification
{
    private static readonly string[] Kept = ["0-6 1", "6-9 3"];
    private static readonly string[] Both = ["0-6 1", "6-9 3", "9-12 4"];

    [Fact]
    public async Task Dropped_records_leave_their_authors_and_minutes_once()
    {
        var ada = await PersonAsync("ada");
        var workspace = await WorkspaceAsync(ada);
        var file = new FileEntry(new FileId(Guid.CreateVersion7()), workspace.Id, "a", null, 0, Start, ada);
        await new FileStore(Db).AddAsync(file, FilePath.Parse("a").Value, default, Guid.CreateVersion7(), null, default);
        var time = new FakeTimeProvider(Start);
        await using var log = new EditLog(Database, time, new RecordingObserver());
        var store = new AuthorshipStore(Database);
        using var document = new YDocument();
        // Two within one minute, one a minute later, one after the second snapshot.
        for (var i = 0; i < 4; i++)
        {
            if (i > 1) time.Advance(TimeSpan.FromMinutes(1));
            var update = document.ApplyTextEdits(FileRoom.TextRoot, 5, [new TextEdit(i * 3, 0, "abc")])!;
            Assert.Equal(i + 1, (await log.AppendAsync(file.Id, [new NewRecord(Guid.CreateVersion7(), ada, update)], [new ClientOwner(5, ada)], false, default)).Value);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(4, (await store.ReadAsync(file.Id, default)).Value.Stretches.Count);
        foreach (var seq in new[] { 3L, 4 })
            Assert.Null((await log.SnapshotAsync(file.Id, seq, document.EncodeStateAsUpdate(), new TextFacts(12, "hash", ada), default)).Error);
        var known = (await store.ReadAsync(file.Id, default)).Value;
        Assert.Equal(ada, Assert.Single(known.Clients).User);
        Assert.All(known.Stretches, stretch => Assert.Equal(ada, stretch.User));
        Assert.Equal(Both, known.Stretches.OrderBy(stretch => stretch.From).Select(stretch => $"{stretch.From}-{stretch.To} {(stretch.At - Start).TotalSeconds switch { < 2 => 1, < 120 => 3, _ => 4 }}"));
        Assert.Equal(Kept.Length, await Db.FindAsync<long>("select count(*) from file_authorship", null, default));
        Assert.Equal(1, await Db.FindAsync<long>("select count(*) from file_updates", null, default));
    }
}

public sealed class SqliteAuthorshipTests : AuthorshipSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}

public sealed class PostgresAuthorshipTests : AuthorshipSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}
