using CollabHub.Domain;
using CollabHub.Domain.Files;
using CollabHub.Persistence.Relational.Documents;

namespace CollabHub.Persistence.Relational;

/// <summary>The <c>files</c> table.</summary>
public sealed class FileStore(DbSession db) : IFileStore
{
    private const string Columns = "select file_id, ws_id, path, language, size, updated_at, updated_by from files";

    private const string ListSql = Columns + " where ws_id = @workspace and deleted_at is null order by path_key";

    private const string FindSql = Columns + " where file_id = @file and deleted_at is null";

    private const string CountSql = "select count(*) from files where ws_id = @workspace and deleted_at is null";

    private const string SizeSql = "select coalesce(sum(size), 0) from files where ws_id = @workspace and deleted_at is null";

    private const string AddSql = """
        insert into files (file_id, ws_id, path, path_key, language, size, head_seq, created_at, created_by, updated_at, updated_by, unversioned_since)
        values (@file, @workspace, @path, @key, @language, @size, @head, @now, @user, @now, @user, @now)
        on conflict do nothing
        """;

    // Full paths of files: none is a folder of another one. Compared by characters, whatever the collation of the database.
    private const string InTheWay =
        "(substr(o.path_key, 1, length(@key) + 1) = @key || '/' or substr(@key, 1, length(o.path_key) + 1) = o.path_key || '/')";

    private const string ObstructedSql = $"""
        select count(*) from files o where o.ws_id = @workspace and o.deleted_at is null and {InTheWay}
        """;

    private const string MoveSql = $"""
        update files set path = @path, path_key = @key, language = @language, updated_at = @now
        where file_id = @file and deleted_at is null
          and not exists (select 1 from files o where o.ws_id = files.ws_id and o.deleted_at is null and o.file_id <> @file
                          and (o.path_key = @key or {InTheWay}))
        """;

    private const string DeleteSql = "update files set deleted_at = @now, updated_at = @now where file_id = @file and deleted_at is null";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FileEntry>> ListAsync(WorkspaceId workspace, CancellationToken ct) =>
        [.. (await db.QueryAsync<Row>(ListSql, new { workspace = workspace.Value }, ct)).Select(row => row.ToEntry())];

    /// <inheritdoc/>
    public async Task<FileEntry?> FindAsync(FileId file, CancellationToken ct) =>
        (await db.FindAsync<Row>(FindSql, new { file = file.Value }, ct))?.ToEntry();

    /// <inheritdoc/>
    public async Task<int> CountAsync(WorkspaceId workspace, CancellationToken ct)
    {
        await db.HoldWorkspaceAsync(workspace.Value, ct);
        return (int)await db.FindAsync<long>(CountSql, new { workspace = workspace.Value }, ct);
    }

    /// <inheritdoc/>
    public async Task<long> SizeAsync(WorkspaceId workspace, CancellationToken ct) =>
        (long)await db.FindAsync<decimal>(SizeSql, new { workspace = workspace.Value }, ct);

    /// <inheritdoc/>
    public async Task<bool> AddAsync(FileEntry file, FilePath path, ReadOnlyMemory<byte> seed, Guid batch, long? seedClient, CancellationToken ct)
    {
        var head = seed.IsEmpty ? 0 : 1;
        var user = file.UpdatedBy?.Value;
        var now = file.UpdatedAt;
        var added = await db.ExecuteAsync(
            AddSql,
            new { file = file.Id.Value, workspace = file.Workspace.Value, path = path.Value, key = path.Key, language = file.Language, size = file.Size, head, now, user },
            ct);
        if (added == 0) return false;
        if (!seed.IsEmpty) await SeedAsync(file, seed, batch, seedClient, ct);
        await db.PromiseDocumentAsync(file.Workspace.Value, now, ct);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> IsObstructedAsync(WorkspaceId workspace, FilePath path, CancellationToken ct) =>
        await db.FindAsync<long>(ObstructedSql, new { workspace = workspace.Value, key = path.Key }, ct) > 0;

    private async Task SeedAsync(FileEntry file, ReadOnlyMemory<byte> seed, Guid batch, long? seedClient, CancellationToken ct)
    {
        var user = file.UpdatedBy?.Value;
        var now = file.UpdatedAt;
        var payload = seed.ToArray();
        var checksum = RecordChecksum.Of(file.Id.Value, 1, payload);
        await db.ExecuteAsync(EditLogSql.Append, new { file = file.Id.Value, seq = 1L, batch, user, payload, checksum, now }, ct);
        if (seedClient is { } client && user is not null) await db.ExecuteAsync(EditLogSql.OwnClient, new { file = file.Id.Value, client, user }, ct);
    }

    /// <inheritdoc/>
    public async Task<bool> MoveAsync(FileId file, FilePath path, string? language, DateTimeOffset now, CancellationToken ct)
    {
        await db.HoldWorkspaceOfAsync(file, ct);
        if (await db.ExecuteAsync(MoveSql, new { file = file.Value, path = path.Value, key = path.Key, language, now }, ct) == 0) return false;
        await db.PromiseDocumentOfFileAsync(file.Value, now, ct);
        return true;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(FileId file, DateTimeOffset now, CancellationToken ct)
    {
        await db.HoldWorkspaceOfAsync(file, ct);
        if (await db.ExecuteAsync(DeleteSql, new { file = file.Value, now }, ct) > 0) await db.PromiseDocumentOfFileAsync(file.Value, now, ct);
    }

    private sealed class Row
    {
        public Guid FileId { get; init; }
        public Guid WsId { get; init; }
        public string Path { get; init; } = "";
        public string? Language { get; init; }
        public long Size { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public Guid? UpdatedBy { get; init; }

        public FileEntry ToEntry() => new(
            new Domain.FileId(FileId), new WorkspaceId(WsId), Path, Language, Size, UpdatedAt, UpdatedBy is { } user ? new UserId(user) : null);
    }
}
