using System.Data.Common;
using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using Dapper;

namespace CollabHub.Persistence.Relational;

/// <summary>One room's records on their way into the log.</summary>
internal sealed record LogAppend(FileId File, IReadOnlyList<NewRecord> Records, IReadOnlyList<ClientOwner> Clients, bool IsRetry)
{
    public TaskCompletionSource<Result<long>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The one writer of this node's edits: whatever gathered while the last transaction committed goes into the next.</summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private const int QueueCapacity = 4096;
    private const int MaxAppends = 1024;
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly Channel<LogAppend> _queue = Channel.CreateBounded<LogAppend>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true });
    private readonly IRelationalDatabase _database;
    private readonly TimeProvider _time;
    private readonly IEditLogObserver _observer;
    private readonly Task _loop;
    private DbConnection? _connection;

    public GroupCommitWriter(IRelationalDatabase database, TimeProvider time, IEditLogObserver observer)
    {
        _database = database;
        _time = time;
        _observer = observer;
        // Its own thread: the embedded engine syncs to disk inside of the call.
        _loop = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    public async Task<Result<long>> AppendAsync(LogAppend append, CancellationToken ct)
    {
        try
        {
            await _queue.Writer.WriteAsync(append, ct);
        }
        catch (ChannelClosedException)
        {
            return EditErrors.StoreUnavailable;
        }
        return await append.Done.Task.WaitAsync(ct);
    }

    private async Task RunAsync()
    {
        var group = new List<LogAppend>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            var bytes = 0;
            while (group.Count < MaxAppends && bytes < MaxBytes && _queue.Reader.TryRead(out var append))
            {
                group.Add(append);
                foreach (var record in append.Records) bytes += record.Update.Length;
            }
            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<LogAppend> group)
    {
        try
        {
            var started = _time.GetTimestamp();
            var results = await TransactAsync(group);
            _observer.Committed(group.Count, group.Sum(append => append.Records.Count), _time.GetElapsedTime(started));
            for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(results[i]);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            await DropConnectionAsync();
            if (group.Count > 1 && !_database.IsUnavailable(exception))
            {
                // One of them cannot be stored; alone, it fails alone.
                foreach (var append in group) await CommitAsync([append]);
                return;
            }
            if (group.Count == 1) _observer.AppendFailed(group[0].File, exception);
            else _observer.Unavailable(exception);
            foreach (var append in group) append.Done.TrySetResult(EditErrors.StoreUnavailable);
        }
    }

    private async Task<Result<long>[]> TransactAsync(List<LogAppend> group)
    {
        using var turn = await _database.EnterWriteAsync(CancellationToken.None);
        _connection ??= await _database.OpenAsync(CancellationToken.None);
        await using var transaction = await _database.BeginWriteAsync(_connection, CancellationToken.None);
        var results = new Result<long>[group.Count];
        var now = _time.GetUtcNow();
        for (var i = 0; i < group.Count; i++) results[i] = await InsertAsync(_connection, transaction, group[i], now);
        await transaction.CommitAsync(CancellationToken.None);
        return results;
    }

    private static async Task<Result<long>> InsertAsync(DbConnection connection, DbTransaction transaction, LogAppend append, DateTimeOffset now)
    {
        var file = append.File.Value;
        if (append.IsRetry)
        {
            var earlier = await connection.QuerySingleOrDefaultAsync<long?>(
                EditLogSql.FindBatch, new { file, batch = append.Records[0].BatchId }, transaction);
            if (earlier is { } seq) return seq;
        }
        var head = await connection.QuerySingleOrDefaultAsync<long?>(
            EditLogSql.Advance, new { file, count = append.Records.Count, now, user = append.Records[^1].User?.Value }, transaction);
        if (head is null) return AccessErrors.FileNotFound;
        var first = head.Value - append.Records.Count + 1;
        for (var i = 0; i < append.Records.Count; i++)
        {
            var record = append.Records[i];
            var payload = record.Update.ToArray();
            await connection.ExecuteAsync(
                EditLogSql.Append,
                new
                {
                    file,
                    seq = first + i,
                    batch = record.BatchId,
                    user = record.User?.Value,
                    payload,
                    checksum = RecordChecksum.Of(file, first + i, payload),
                    now,
                },
                transaction);
        }
        foreach (var owner in append.Clients)
        {
            await connection.ExecuteAsync(EditLogSql.OwnClient, new { file, client = owner.ClientId, user = owner.User.Value }, transaction);
        }
        return first;
    }

    private async Task DropConnectionAsync()
    {
        if (_connection is null) return;
        var broken = _connection;
        _connection = null;
        await broken.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await DropConnectionAsync();
    }
}
