using System.Data.Common;
using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;

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
    private const int MaxRepeats = 3;

    private readonly Channel<LogAppend> _queue = Channel.CreateBounded<LogAppend>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true });
    private readonly IRelationalDatabase _database;
    private readonly IGroupAppender _appender;
    private readonly TimeProvider _time;
    private readonly IEditLogObserver _observer;
    private readonly Task _loop;
    private DbConnection? _connection;

    public GroupCommitWriter(IRelationalDatabase database, OwnThread thread, TimeProvider time, IEditLogObserver observer)
    {
        _database = database;
        _appender = database as IGroupAppender ?? new RowByRowAppender();
        _time = time;
        _observer = observer;
        _loop = thread.RunAsync(RunAsync);
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
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var started = _time.GetTimestamp();
                var results = await TransactAsync(group, mayBeThere: attempt > 0);
                _observer.Committed(group.Count, group.Sum(append => append.Records.Count), _time.GetElapsedTime(started));
                for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(results[i]);
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                await DropConnectionAsync();
                if (!IsWorthAnotherTry(exception, attempt))
                {
                    await FailAsync(group, exception);
                    return;
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << attempt)), _time);
        }
    }

    // The batch ids make another try harmless: what an earlier one stored is found, not stored again.
    private bool IsWorthAnotherTry(Exception exception, int attempt) =>
        attempt < MaxRepeats && (_database.IsConflict(exception) || _database.IsUniqueViolation(exception));

    private async Task FailAsync(List<LogAppend> group, Exception exception)
    {
        if (_database.IsUnavailable(exception))
        {
            _observer.Unavailable(exception);
        }
        else if (group.Count > 1)
        {
            // One of them cannot be stored; alone, it fails alone.
            foreach (var append in group) await CommitAsync([append]);
            return;
        }
        else
        {
            _observer.AppendFailed(group[0].File, exception);
        }
        foreach (var append in group) append.Done.TrySetResult(EditErrors.StoreUnavailable);
    }

    private async Task<Result<long>[]> TransactAsync(List<LogAppend> group, bool mayBeThere)
    {
        using var turn = await _database.EnterWriteAsync(CancellationToken.None);
        _connection ??= await _database.OpenAsync(CancellationToken.None);
        await using var transaction = await _database.BeginWriteAsync(_connection, CancellationToken.None);
        var results = await _appender.AppendAsync(_connection, transaction, group, mayBeThere, _time.GetUtcNow());
        await transaction.CommitAsync(CancellationToken.None);
        return results;
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
