using System.Globalization;
using System.IO.Compression;
using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.History;

namespace CollabHub.Persistence.Relational;

/// <summary>The <c>file_versions</c> table: whole texts, compressed when that pays, each with a checksum.</summary>
public sealed class VersionStore(DbSession db) : IVersionStore
{
    // Below this the header of a compressed text is a good part of what it saves.
    private const int CompressFrom = 512;
    private const string Plain = "utf-8";
    private const string Compressed = "brotli";

    private const string Columns = "select n, name, kind, seq, size, hash, created_at, created_by from file_versions";

    private const string ListSql = Columns + " where file_id = @file and n < @before order by n desc limit @take";

    private const string ReadSql = """
        select n, name, kind, seq, size, hash, created_at, created_by, payload, checksum, encoding from file_versions where file_id = @file and n = @n
        """;

    private const string CountSql = "select count(*) from file_versions where file_id = @file and kind = @kind";

    private const string NextSql = "select coalesce(max(n), 0) + 1 from file_versions where file_id = @file";

    private const string AddSql = """
        insert into file_versions (file_id, n, name, kind, seq, payload, checksum, encoding, size, hash, created_at, created_by)
        values (@file, @n, @name, @kind, @seq, @payload, @checksum, @encoding, @size, @hash, @at, @by)
        """;

    private const string TrimSql = """
        delete from file_versions
        where file_id = @file and kind = 'automatic' and n < (select max(v.n) from file_versions v where v.file_id = @file)
          and n <= (select k.n from file_versions k where k.file_id = @file and k.kind = 'automatic' order by k.n desc limit 1 offset @keep)
        """;

    private const string CoverSql = "update files set unversioned_since = case when head_seq <= @seq then null else @now end where file_id = @file";

    private const string UnversionedSql = """
        select f.file_id, f.ws_id, f.updated_by from files f join workspaces w on w.ws_id = f.ws_id
        where f.unversioned_since is not null and f.deleted_at is null and w.status <> 'deleted'
          and (f.unversioned_since <= @changedBefore or (f.unversioned_since <= @quietSince and f.updated_at <= @quietSince))
        order by f.unversioned_since limit @take
        """;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FileVersion>> ListAsync(FileId file, int take, long? before, CancellationToken ct) =>
        [.. (await db.QueryAsync<Row>(ListSql, new { file = file.Value, take, before = before ?? long.MaxValue }, ct)).Select(row => row.ToVersion())];

    /// <inheritdoc/>
    public async Task<FileVersion?> NewestAsync(FileId file, CancellationToken ct) => await ListAsync(file, 1, null, ct) is [var newest] ? newest : null;

    /// <inheritdoc/>
    public async Task<Result<VersionText>> ReadAsync(FileId file, long n, CancellationToken ct)
    {
        var row = await db.FindAsync<Row>(ReadSql, new { file = file.Value, n }, ct);
        if (row is null) return VersionErrors.NotFound;
        if (row.Checksum != RecordChecksum.Of(file.Value, n, row.Payload)) return VersionErrors.Damaged;
        return new VersionText(row.ToVersion(), Encoding.UTF8.GetString(row.Encoding == Compressed ? Expand(row.Payload, row.Size) : row.Payload));
    }

    /// <inheritdoc/>
    public async Task<int> CountAsync(FileId file, VersionKind kind, CancellationToken ct)
    {
        await db.HoldWorkspaceOfAsync(file, ct);
        return (int)await db.FindAsync<long>(CountSql, new { file = file.Value, kind = NameOf(kind) }, ct);
    }

    /// <inheritdoc/>
    public async Task<FileVersion> AddAsync(FileId file, NewVersion version, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(version);
        await db.HoldWorkspaceOfAsync(file, ct);
        var n = await db.FindAsync<long>(NextSql, new { file = file.Value }, ct);
        var utf8 = Encoding.UTF8.GetBytes(version.Text);
        var (payload, encoding) = Pack(utf8);
        var row = new
        {
            file = file.Value, n, name = version.Name, kind = NameOf(version.Kind), seq = version.Seq, payload, checksum = RecordChecksum.Of(file.Value, n, payload),
            encoding, size = (long)utf8.Length, hash = version.Hash, at = version.At, by = version.By?.Value,
        };
        await db.ExecuteAsync(AddSql, row, ct);
        await CoverAsync(file, version.Seq, version.At, ct);
        return new FileVersion(n, version.Name, version.Kind, version.Seq, utf8.Length, version.Hash, version.At, version.By);
    }

    /// <inheritdoc/>
    public Task TrimAsync(FileId file, int keep, CancellationToken ct) => db.ExecuteAsync(TrimSql, new { file = file.Value, keep }, ct);

    /// <inheritdoc/>
    public Task CoverAsync(FileId file, long seq, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(CoverSql, new { file = file.Value, seq, now }, ct);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UnversionedFile>> UnversionedAsync(
        DateTimeOffset quietSince, DateTimeOffset changedBefore, int take, CancellationToken ct) =>
        [.. (await db.QueryAsync<UnversionedRow>(UnversionedSql, new { quietSince, changedBefore, take }, ct)).Select(row => row.ToFile())];

    private static (byte[] Payload, string Encoding) Pack(byte[] utf8)
    {
        if (utf8.Length < CompressFrom) return (utf8, Plain);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(utf8.Length)];
        var isPacked = BrotliEncoder.TryCompress(utf8, packed, out var written, quality: 4, window: 22);
        return isPacked && written < utf8.Length ? (packed[..written], Compressed) : (utf8, Plain);
    }

    private static byte[] Expand(byte[] payload, long size)
    {
        var text = new byte[size];
        return BrotliDecoder.TryDecompress(payload, text, out var written) && written == size
            ? text
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"A version whose checksum is right does not expand to its {size} bytes."));
    }

    private static string NameOf(VersionKind kind) => kind == VersionKind.Named ? "named" : "automatic";

    private sealed class Row
    {
        public long N { get; init; }
        public string? Name { get; init; }
        public string Kind { get; init; } = "";
        public long Seq { get; init; }
        public long Size { get; init; }
        public string Hash { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public Guid? CreatedBy { get; init; }
        public byte[] Payload { get; init; } = [];
        public long Checksum { get; init; }
        public string Encoding { get; init; } = "";

        public FileVersion ToVersion() => new(
            N, Name, Kind == "named" ? VersionKind.Named : VersionKind.Automatic, Seq, Size, Hash, CreatedAt, CreatedBy is { } user ? new UserId(user) : null);
    }

    private sealed class UnversionedRow
    {
        public Guid FileId { get; init; }
        public Guid WsId { get; init; }
        public Guid? UpdatedBy { get; init; }

        public UnversionedFile ToFile() => new(new WorkspaceId(WsId), new Domain.FileId(FileId), UpdatedBy is { } user ? new UserId(user) : null);
    }
}

/// <summary>What a search goes through.</summary>
public sealed class SearchedFiles(DbSession db) : Domain.Search.ISearchedFiles
{
    private const string FromSql = """
        select file_id, path, path_key, head_seq from files where ws_id = @workspace and deleted_at is null and path_key >= @from order by path_key
        """;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Domain.Search.SearchedFile>> FromAsync(WorkspaceId workspace, string from, CancellationToken ct) =>
        [.. (await db.QueryAsync<Row>(FromSql, new { workspace = workspace.Value, from }, ct)).Select(row => row.ToFile())];

    private sealed class Row
    {
        public Guid FileId { get; init; }
        public string Path { get; init; } = "";
        public string PathKey { get; init; } = "";
        public long HeadSeq { get; init; }

        public Domain.Search.SearchedFile ToFile() => new(new Domain.FileId(FileId), Path, PathKey, HeadSeq);
    }
}
