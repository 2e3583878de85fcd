using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Specifications;

/// <summary>What every edit log keeps, whatever the store.</summary>
public abstract class EditLogSpecification : IAsyncLifetime
{
    private readonly RandomIds _ids = new(3);

    protected RecordingObserver Observer { get; } = new();
    protected FileId File { get; private set; }
    protected UserId Ada { get; private set; }
    protected UserId Bob { get; private set; }
    private EditLog Log { get; set; } = null!;

    /// <summary>A database with the schema; the same one at every call.</summary>
    protected abstract IRelationalDatabase Database { get; }

    public async Task InitializeAsync()
    {
        Ada = new UserId(_ids.Next());
        Bob = new UserId(_ids.Next());
        File = new FileId(_ids.Next());
        await using var db = new DbSession(Database);
        var now = DateTimeOffset.UtcNow;
        var workspace = _ids.Next();
        foreach (var user in new[] { Ada, Bob })
        {
            await db.ExecuteAsync(
                "insert into users (user_id, username, created_at, updated_at) values (@user, @name, @now, @now)",
                new { user = user.Value, name = user.ToString(), now }, default);
        }
        await db.ExecuteAsync(
            "insert into workspaces (ws_id, name, owner_id, created_at, updated_at, last_active) values (@workspace, 'w', @owner, @now, @now, @now)",
            new { workspace, owner = Ada.Value, now }, default);
        await db.ExecuteAsync(
            "insert into files (file_id, ws_id, path, path_key, created_at, updated_at) values (@file, @workspace, 'a', 'a', @now, @now)",
            new { file = File.Value, workspace, now }, default);
        Log = CreateLog();
    }

    public async Task DisposeAsync() => await Log.DisposeAsync();

    protected EditLog CreateLog() => new(Database, TimeProvider.System, Observer);

    [Fact]
    public async Task One_look_finds_the_heads_of_many_files_and_leaves_out_what_does_not_exist()
    {
        await AppendAsync(Log, (Ada, [1]), (Bob, [2]));
        List<FileId> asked = [File, .. Enumerable.Range(0, 700).Select(_ => new FileId(_ids.Next()))];
        var heads = (await Log.HeadsAsync(asked, default)).Value;
        Assert.Equal(2, Assert.Single(heads, head => head.Key == File).Value);
        Assert.Single(heads);
    }

    [Fact]
    public async Task Records_get_consecutive_numbers_from_1_and_come_back_in_order_with_their_authors()
    {
        Assert.Equal(1, (await AppendAsync(Log, (Ada, [1]), (Bob, [2]))).Value);
        Assert.Equal(3, (await AppendAsync(Log, (Ada, [3]))).Value);
        var history = (await Log.LoadAsync(File, default)).Value;
        Assert.Equal([1L, 2, 3], history.Tail.Select(r => r.Seq));
        Assert.Equal([Ada, Bob, Ada], history.Tail.Select(r => r.User!.Value));
        Assert.Equal([1, 2, 3], history.Tail.Select(r => r.Update.Span[0]));
        Assert.Equal(3, history.Head);
        Assert.Equal(3, (await Log.HeadAsync(File, default)).Value);
    }

    [Fact]
    public async Task A_repeated_append_answers_with_its_first_numbers_and_stores_nothing()
    {
        NewRecord[] records = [new(_ids.Next(), Ada, new byte[] { 1 }), new(_ids.Next(), Ada, new byte[] { 2 })];
        Assert.Equal(1, (await Log.AppendAsync(File, records, [], isRetry: false, default)).Value);
        await AppendAsync(Log, (Bob, [3]));
        Assert.Equal(1, (await Log.AppendAsync(File, records, [], isRetry: true, default)).Value);
        Assert.Equal(3, (await Log.LoadAsync(File, default)).Value.Tail.Count);
    }

    [Fact]
    public async Task Two_nodes_appending_at_once_get_different_numbers_and_leave_no_gap()
    {
        await using var other = CreateLog();
        var appends = Enumerable.Range(0, 200).Select(i => Task.Run(() => AppendAsync(i % 2 == 0 ? Log : other, (Ada, [(byte)i]))));
        var numbers = (await Task.WhenAll(appends)).Select(appended => appended.Value).Order().ToList();
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), numbers);
        Assert.False((await Log.LoadAsync(File, default)).Value.IsDamaged);
    }

    [Fact]
    public async Task What_gathers_while_a_commit_runs_travels_together()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => AppendAsync(Log, (Ada, [(byte)i]))));
        var commits = Observer.Told.Split('\n').Count(line => line.StartsWith("committed", StringComparison.Ordinal));
        Assert.InRange(commits, 1, 250);
    }

    [Fact]
    public async Task A_file_that_does_not_exist_or_was_deleted_takes_nothing()
    {
        var unknown = new FileId(_ids.Next());
        Assert.Equal("file.not_found", (await Log.LoadAsync(unknown, default)).Error?.Code);
        Assert.Equal("file.not_found", (await Log.AppendAsync(unknown, [new(_ids.Next(), Ada, new byte[] { 1 })], [], false, default)).Error?.Code);
        await using var db = new DbSession(Database);
        await db.ExecuteAsync("update files set deleted_at = @now where file_id = @file", new { file = File.Value, now = DateTimeOffset.UtcNow }, default);
        Assert.Equal("file.not_found", (await AppendAsync(Log, (Ada, [1]))).Error?.Code);
    }

    [Fact]
    public async Task An_append_that_cannot_be_stored_fails_alone()
    {
        var nobody = new UserId(_ids.Next());
        var appends = Enumerable.Range(0, 20).Select(i => AppendAsync(Log, (i == 7 ? nobody : Ada, [(byte)i]))).ToList();
        var results = await Task.WhenAll(appends);
        Assert.Equal("store.unavailable", results[7].Error?.Code);
        Assert.Equal(19, results.Count(result => result.Error is null));
        Assert.False((await Log.LoadAsync(File, default)).Value.IsDamaged);
    }

    [Fact]
    public async Task A_snapshot_stands_for_the_records_before_it_and_the_one_before_it_stays_whole()
    {
        for (var i = 1; i <= 30; i++) await AppendAsync(Log, (Ada, [(byte)i]));
        var facts = new TextFacts(5, "abc", Ada);
        foreach (var seq in new long[] { 10, 20, 30 }) Assert.Null((await Log.SnapshotAsync(File, seq, new byte[] { (byte)seq }, facts, default)).Error);
        var history = (await Log.LoadAsync(File, default)).Value;
        Assert.Equal((30L, 30), (history.SnapshotSeq, (int)history.Snapshot.Span[0]));
        Assert.Empty(history.Tail);
        Assert.Equal(10, (await Log.ReadAfterAsync(File, 0, 1000, default)).Value.Count);
        Assert.Equal(31, (await AppendAsync(Log, (Ada, [9]))).Value);
    }

    [Fact]
    public async Task Client_ids_belong_to_who_brought_them_first()
    {
        await Log.AppendAsync(File, [new(_ids.Next(), Ada, new byte[] { 1 })], [new ClientOwner((1L << 53) - 1, Ada)], false, default);
        await Log.AppendAsync(File, [new(_ids.Next(), Bob, new byte[] { 2 })], [new ClientOwner((1L << 53) - 1, Bob)], false, default);
        var owner = Assert.Single((await Log.LoadAsync(File, default)).Value.Clients);
        Assert.Equal(Ada, owner.User);
    }

    private Task<Domain.Errors.Result<long>> AppendAsync(EditLog log, params (UserId User, byte[] Update)[] records) =>
        log.AppendAsync(File, [.. records.Select(r => new NewRecord(_ids.Next(), r.User, r.Update))], [], isRetry: false, default);
}

/// <summary>The log on SQLite.</summary>
public sealed class SqliteEditLogTests : EditLogSpecification, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-log-");
    private readonly SqliteDatabase _database;

    public SqliteEditLogTests()
    {
        _database = new SqliteDatabase(Path.Combine(_directory.FullName, "collabhub.db"));
        _database.Migrate();
    }

    protected override IRelationalDatabase Database => _database;

    public void Dispose()
    {
        _database.Dispose();
        _directory.Delete(recursive: true);
    }
}
