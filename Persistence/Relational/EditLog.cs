using System.Data.Common;
using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Persistence.Relational.Documents;
using Dapper;

namespace CollabHub.Persistence.Relational;

/// <summary>The edit log in the relational store: reads and snapshots here, appends through the group-commit writer.</summary>
/// <remarks>docs/storage.md, Edit log.</remarks>
public sealed class EditLog : IEditLog, IAsyncDisposable
{
    private const int FilesPerQuestion = 500;

    private readonly IRelationalDatabase _database;
    private readonly TimeProvider _time;
    private readonly IEditLogObserver _observer;

    // Everything that the log writes; the engine takes one transaction at a time anyway.
    private readonly OwnThread _thread = new("edit log");
    private readonly GroupCommitWriter _writer;

    /// <param name="database">Where the log is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="observer">Hears of what goes wrong.</param>
    public EditLog(IRelationalDatabase database, TimeProvider time, IEditLogObserver observer)
    {
        (_database, _time, _observer) = (database, time, observer);
        _writer = new GroupCommitWriter(database, _thread, time, observer);
    }

    /// <inheritdoc/>
    public Task<Result<FileHistory>> LoadAsync(FileId file, CancellationToken ct) => GuardAsync<FileHistory>(async connection =>
    {
        var key = new { file = file.Value };
        var found = await connection.QuerySingleOrDefaultAsync<FileRow>(new CommandDefinition(EditLogSql.File, key, cancellationToken: ct));
        if (found is null) return Domain.Access.AccessErrors.FileNotFound;
        var (covered, state, hadBad) = await NewestGoodSnapshotAsync(connection, file, ct);
        var rows = await connection.QueryAsync<UpdateRow>(
            new CommandDefinition(EditLogSql.Tail, new { file = file.Value, after = covered, limit = int.MaxValue }, cancellationToken: ct));
        var tail = new List<LogRecord>();
        var damaged = false;
        foreach (var row in rows)
        {
            damaged = row.Seq != covered + tail.Count + 1 || row.Checksum != RecordChecksum.Of(file.Value, row.Seq, row.Payload);
            if (damaged)
            {
                _observer.Damaged(file, row.Seq);
                break;
            }
            tail.Add(row.ToRecord());
        }
        if (hadBad && covered == 0 && (tail.Count == 0 || damaged)) return EditErrors.Damaged;
        var clients = await connection.QueryAsync<ClientRow>(new CommandDefinition(EditLogSql.Clients, key, cancellationToken: ct));
        return new FileHistory(
            new WorkspaceId(found.WsId), found.CreatedAt, covered, state, tail, [.. clients.Select(c => new ClientOwner(c.ClientId, new UserId(c.UserId)))], damaged);
    });

    /// <inheritdoc/>
    public Task<Result<IReadOnlyList<LogRecord>>> ReadAfterAsync(FileId file, long seq, int limit, CancellationToken ct) =>
        GuardAsync<IReadOnlyList<LogRecord>>(async connection =>
        {
            var rows = await connection.QueryAsync<UpdateRow>(
                new CommandDefinition(EditLogSql.Tail, new { file = file.Value, after = seq, limit }, cancellationToken: ct));
            var records = new List<LogRecord>();
            foreach (var row in rows)
            {
                if (row.Checksum != RecordChecksum.Of(file.Value, row.Seq, row.Payload))
                {
                    _observer.Damaged(file, row.Seq);
                    break;
                }
                records.Add(row.ToRecord());
            }
            return records;
        });

    /// <inheritdoc/>
    public Task<Result<long>> HeadAsync(FileId file, CancellationToken ct) => GuardAsync<long>(async connection =>
    {
        var head = await connection.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(EditLogSql.Head, new { file = file.Value }, cancellationToken: ct));
        return head is { } seq ? seq : Domain.Access.AccessErrors.FileNotFound;
    });

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<FileId, long>>> HeadsAsync(IReadOnlyCollection<FileId> files, CancellationToken ct) =>
        GuardAsync<IReadOnlyDictionary<FileId, long>>(async connection =>
        {
            var heads = new Dictionary<FileId, long>();
            foreach (var some in files.Chunk(FilesPerQuestion))
            {
                var keys = new DynamicParameters();
                var names = some.Select((file, i) =>
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"file{i}");
                    keys.Add(name, file.Value);
                    return "@" + name;
                });
                var sql = $"{EditLogSql.Heads}({string.Join(", ", names)})";
                var rows = await connection.QueryAsync<HeadRow>(new CommandDefinition(sql, keys, cancellationToken: ct));
                foreach (var row in rows) heads[new FileId(row.FileId)] = row.HeadSeq;
            }
            return heads;
        });

    /// <inheritdoc/>
    public Task<Result<long>> AppendAsync(
        FileId file, IReadOnlyList<NewRecord> records, IReadOnlyList<ClientOwner> newClients, bool isRetry, CancellationToken ct) =>
        _writer.AppendAsync(new LogAppend(file, records, newClients, isRetry), ct);

    /// <inheritdoc/>
    public Task<Result<Done>> SnapshotAsync(FileId file, long seq, ReadOnlyMemory<byte> state, TextFacts facts, CancellationToken ct) =>
        WriteAsync(
            async (connection, transaction) =>
            {
                var payload = state.ToArray();
                var now = _time.GetUtcNow();
                await connection.ExecuteAsync(new CommandDefinition(
                    EditLogSql.Snapshot, new { file = file.Value, seq, payload, checksum = RecordChecksum.Of(file.Value, seq, payload), now }, transaction, cancellationToken: ct));
                var key = new { file = file.Value, seq };
                var previous = await connection.QuerySingleOrDefaultAsync<long?>(
                    new CommandDefinition(EditLogSql.PreviousSnapshot, key, transaction, cancellationToken: ct));
                if (previous is { } older)
                {
                    var below = new { file = file.Value, seq = older };
                    await AuthorshipRows.KeepAsync(connection, transaction, file, older, ct);
                    await connection.ExecuteAsync(new CommandDefinition(EditLogSql.DropCovered, below, transaction, cancellationToken: ct));
                    await connection.ExecuteAsync(new CommandDefinition(EditLogSql.DropSnapshots, below, transaction, cancellationToken: ct));
                }
                await NoteAsync(connection, transaction, file, facts, ct);
            },
            ct);

    /// <inheritdoc/>
    public Task<Result<Done>> NoteTextAsync(FileId file, TextFacts facts, CancellationToken ct) =>
        WriteAsync((connection, transaction) => NoteAsync(connection, transaction, file, facts, ct), ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _thread.Dispose();
    }

    private async Task NoteAsync(DbConnection connection, DbTransaction transaction, FileId file, TextFacts facts, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        var args = new { file = file.Value, size = facts.Size, hash = facts.Hash, now, due = now + DocumentPromises.TextDelay };
        foreach (var sql in new[] { EditLogSql.NoteText, DocumentPromises.TextHead, DocumentPromises.TextOutbox })
        {
            await connection.ExecuteAsync(new CommandDefinition(sql, args, transaction, cancellationToken: ct));
        }
    }

    private async Task<(long Seq, byte[] State, bool HadBad)> NewestGoodSnapshotAsync(DbConnection connection, FileId file, CancellationToken ct)
    {
        var hadBad = false;
        var rows = await connection.QueryAsync<UpdateRow>(new CommandDefinition(EditLogSql.Snapshots, new { file = file.Value }, cancellationToken: ct));
        foreach (var row in rows)
        {
            if (row.Checksum == RecordChecksum.Of(file.Value, row.Seq, row.Payload)) return (row.Seq, row.Payload, hadBad);
            hadBad = true;
            _observer.Damaged(file, row.Seq);
            await connection.ExecuteAsync(new CommandDefinition(
                EditLogSql.Quarantine, new { file = file.Value, seq = row.Seq, now = _time.GetUtcNow() }, cancellationToken: ct));
        }
        return (0, [], hadBad);
    }

    private async Task<Result<T>> GuardAsync<T>(Func<DbConnection, Task<Result<T>>> read)
    {
        try
        {
            await using var connection = await _database.OpenAsync(CancellationToken.None);
            return await read(connection);
        }
        catch (DbException exception) when (_database.IsUnavailable(exception))
        {
            _observer.Unavailable(exception);
            return EditErrors.StoreUnavailable;
        }
    }

    private Task<Result<Done>> WriteAsync(Func<DbConnection, DbTransaction, Task> write, CancellationToken ct) => _thread.RunAsync(async () =>
    {
        using (await _database.EnterWriteAsync(ct))
        {
            return await GuardAsync<Done>(async connection =>
            {
                await using var transaction = await _database.BeginWriteAsync(connection, ct);
                await write(connection, transaction);
                await transaction.CommitAsync(CancellationToken.None);
                return default(Done);
            });
        }
    });

    private sealed class UpdateRow
    {
        public long Seq { get; init; }
        public Guid? UserId { get; init; }
        public byte[] Payload { get; init; } = [];
        public long Checksum { get; init; }

        public LogRecord ToRecord() => new(Seq, UserId is { } user ? new UserId(user) : null, Payload);
    }

    private sealed class FileRow
    {
        public Guid WsId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }

    private sealed class HeadRow
    {
        public Guid FileId { get; init; }
        public long HeadSeq { get; init; }
    }

    private sealed class ClientRow
    {
        public long ClientId { get; init; }
        public Guid UserId { get; init; }
    }
}

/// <summary>Hears of what the log meets on its way; the host logs and counts it.</summary>
public interface IEditLogObserver
{
    /// <summary>A stored blob failed its checksum or is out of order.</summary>
    void Damaged(FileId file, long seq);

    /// <summary>The engine cannot be used right now.</summary>
    void Unavailable(Exception exception);

    /// <summary>One append failed for a reason of its own while others committed.</summary>
    void AppendFailed(FileId file, Exception exception);

    /// <summary>One transaction committed.</summary>
    void Committed(int appends, int records, TimeSpan elapsed);
}
