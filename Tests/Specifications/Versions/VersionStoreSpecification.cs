using CollabHub.Domain;
using CollabHub.Domain.Files;
using CollabHub.Domain.History;
using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Specifications.Postgres;

namespace CollabHub.Tests.Specifications.Versions;

/// <summary>What every store of versions keeps.</summary>
public abstract class VersionStoreSpecification : Teams.RelationalSpecification
{
    private UserId Ada { get; set; }

    [Fact]
    public async Task Numbers_follow_each_other_in_each_file_whoever_adds_at_once()
    {
        var (one, two) = (await FileAsync("one"), await FileAsync("two"));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => AddAsync(i % 3 == 0 ? two : one, VersionKind.Named, i, $"text {i}"))));
        Assert.Equal(Enumerable.Range(1, 20).Reverse().Select(n => (long)n), (await Store.ListAsync(one, 100, null, default)).Select(version => version.N));
        Assert.Equal([3L, 2, 1], (await Store.ListAsync(two, 100, 4, default)).Select(version => version.N));
        Assert.Equal(20, (await Store.NewestAsync(one, default))!.N);
        Assert.Null(await Store.NewestAsync(new FileId(Guid.CreateVersion7()), default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short\r\n😀\uFEFF")]
    [InlineData(null)]
    public async Task A_text_comes_back_exactly_with_everything_about_it(string? given)
    {
        var text = given ?? string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i} 😀\n"));
        var file = await FileAsync("a");
        var added = await AddAsync(file, VersionKind.Named, 7, text, "Draft");
        var read = (await Store.ReadAsync(file, added.N, default)).Value;
        Assert.Equal(text, read.Text);
        Assert.Equal(added, read.Version);
        Assert.Equal(("Draft", VersionKind.Named, 7L, System.Text.Encoding.UTF8.GetByteCount(text), Ada), (added.Name, added.Kind, added.Seq, (int)added.Size, added.CreatedBy!.Value));
        Assert.Equal("version.not_found", (await Store.ReadAsync(file, 2, default)).Error?.Code);
    }

    [Theory]
    [InlineData("update file_versions set checksum = checksum + 1")]
    [InlineData("update file_versions set n = 9")]
    public async Task A_version_that_was_changed_or_moved_is_damaged(string damage)
    {
        var file = await FileAsync("a");
        await AddAsync(file, VersionKind.Named, 1, new string('x', 5000));
        await Db.ExecuteAsync(damage, null, default);
        var n = (await Store.NewestAsync(file, default))!.N;
        Assert.Equal("version.damaged", (await Store.ReadAsync(file, n, default)).Error?.Code);
    }

    [Fact]
    public async Task Trimming_takes_the_oldest_automatic_versions_and_never_the_newest_or_a_named_one()
    {
        var file = await FileAsync("a");
        VersionKind[] kinds = [VersionKind.Automatic, VersionKind.Named, VersionKind.Automatic, VersionKind.Automatic, VersionKind.Automatic];
        for (var i = 0; i < kinds.Length; i++) await AddAsync(file, kinds[i], i, $"{i}");
        await Store.TrimAsync(file, 2, default);
        Assert.Equal([5L, 4, 2], (await Store.ListAsync(file, 9, null, default)).Select(version => version.N));
        await Store.TrimAsync(file, 2, default);
        await Store.TrimAsync(file, 0, default);
        Assert.Equal([5L, 2], (await Store.ListAsync(file, 9, null, default)).Select(version => version.N));
        Assert.Equal((1, 1), (await Store.CountAsync(file, VersionKind.Automatic, default), await Store.CountAsync(file, VersionKind.Named, default)));
        Assert.Equal(6, (await AddAsync(file, VersionKind.Named, 9, "next")).N);
    }

    [Fact]
    public async Task A_file_is_due_when_it_is_quiet_or_has_changed_for_too_long_until_a_version_covers_it()
    {
        var file = await FileAsync("a");
        Assert.Empty(await Store.UnversionedAsync(Start.AddMinutes(-1), Start.AddMinutes(-1), 9, default));
        Assert.Equal(file, Assert.Single(await Store.UnversionedAsync(Start, Start.AddMinutes(-1), 9, default)).File);
        Assert.Equal(Ada, Assert.Single(await Store.UnversionedAsync(Start.AddMinutes(-1), Start, 9, default)).UpdatedBy);
        // The log is one further: what came after the version needs another one.
        await AddAsync(file, VersionKind.Automatic, 0, "before");
        Assert.Single(await Store.UnversionedAsync(Start.AddDays(1), Start.AddMinutes(-1), 9, default));
        await Store.CoverAsync(file, 1, Start, default);
        Assert.Empty(await Store.UnversionedAsync(Start.AddDays(1), Start.AddDays(1), 9, default));
    }

    private VersionStore Store => new(Db);

    private async Task<FileId> FileAsync(string path)
    {
        if (Ada == default) Ada = await PersonAsync("ada");
        var workspace = await WorkspaceAsync(Ada);
        var parsed = FilePath.Parse(path).Value;
        var file = new FileEntry(new FileId(Guid.CreateVersion7()), workspace.Id, path, null, 3, Start, Ada);
        Assert.True(await new FileStore(Db).AddAsync(file, parsed, new byte[] { 0, 0 }, Guid.CreateVersion7(), null, default));
        return file.Id;
    }

    private async Task<FileVersion> AddAsync(FileId file, VersionKind kind, long seq, string text, string? name = null)
    {
        await using var db = new DbSession(Database);
        return await ((IUnitOfWork)db).RunAsync(
            ct => new VersionStore(db).AddAsync(file, new NewVersion(name, kind, seq, text, "hash", Start, Ada), ct), commit: _ => true, default);
    }
}

public sealed class SqliteVersionStoreTests : VersionStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}

public sealed class PostgresVersionStoreTests : VersionStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}
