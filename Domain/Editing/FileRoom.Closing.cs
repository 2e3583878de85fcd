namespace CollabHub.Domain.Editing;

/// <summary>Putting a room away: nothing that is not durable is ever dropped by it.</summary>
public sealed partial class FileRoom
{
    private readonly List<TaskCompletionSource<bool>> _closing = [];

    /// <summary>
    /// Ends every subscription with <paramref name="code"/>, commits what waits, writes a snapshot when the tail is long, and stops the loop.
    /// While the log does not commit this waits; cancelling gives up and keeps nothing but the log.
    /// </summary>
    internal async Task CloseAsync(string code, CancellationToken ct)
    {
        var closing = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = Post(() =>
        {
            CloseSubscribers(code);
            AdoptAll();
            _closing.Add(closing);
        });
        if (posted) await OrEndAsync(closing, static closing => closing.TrySetResult(true)).WaitAsync(ct);
        await DisposeAsync();
    }

    /// <summary>Whether nobody is here and everything is durable.</summary>
    internal async Task<bool> IsQuietAsync()
    {
        var quiet = await AskAsync<object>(() => _subscribers.Count == 0 && !HasUncommitted, CancellationToken.None);
        return quiet is true;
    }

    /// <summary>Everyone who has the file open here now.</summary>
    internal async Task<IReadOnlyList<FileSubscription>> SubscribersAsync() =>
        await AskAsync<IReadOnlyList<FileSubscription>>(() => [.. _subscribers], CancellationToken.None) ?? [];

    private void FinishClosing()
    {
        if (_outgoing.Count > 0) Flush();
        OnCursorTimer();
        if (_sinceSnapshot >= Options.SnapshotRecords / 10) StartSnapshot();
        else if (_factsArmed) OnFactsTimer();
        _inbox.Writer.TryComplete();
        foreach (var closing in _closing) closing.TrySetResult(true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        foreach (var timer in new[] { _flushTimer, _retryTimer, _gapTimer, _adoptionTimer, _cursorTimer, _factsTimer, _askTimer }) await timer.DisposeAsync();
        await _loop;
        Task[] background;
        lock (_background) background = [.. _background];
        await Task.WhenAll(background);
        // A room that failed, or was given up, leaves its unsaved edits to the clients.
        Meter.NoLongerUnsaved(_uncommittedBytes);
        _uncommittedBytes = 0;
        if (_channel is not null) await _channel.DisposeAsync();
        _document.Dispose();
    }
}
