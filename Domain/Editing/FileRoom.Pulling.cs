using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>The log is the mailbox, the bus only the doorbell: what the replica may lack is read from the log.</summary>
public sealed partial class FileRoom
{
    private const int PullLimit = 1000;

    // Ranges of the log that are in the replica but not yet contiguous with _known.
    private readonly SortedDictionary<long, long> _ahead = [];
    private bool _pulling;
    private bool _pullAgain;
    private bool _gapArmed;
    private bool _isPolled;

    /// <summary>Notes that the log holds these numbers; pulls what the replica may lack.</summary>
    private void OnCommittedRange(long first, long last, bool isComplete)
    {
        if (last <= _known) return;
        if (!isComplete)
        {
            Pull();
            return;
        }
        _ahead[first] = Math.Max(last, _ahead.GetValueOrDefault(first));
        while (_ahead.Count > 0 && _ahead.First() is var (from, to) && from <= _known + 1)
        {
            _known = Math.Max(_known, to);
            _ahead.Remove(from);
        }
        // Another node's word on the numbers between is usually under way.
        if (_ahead.Count == 0 || _gapArmed) return;
        _gapArmed = true;
        _gapTimer.Change(Options.GapHoldBack, Timeout.InfiniteTimeSpan);
    }

    private void OnGapTimer()
    {
        _gapArmed = false;
        if (_ahead.Count > 0) Pull();
    }

    /// <summary>The log's last number, as a look at it found.</summary>
    internal void NoteHead(long head) => Post(() =>
    {
        if (head <= _known) return;
        _isPolled = true;
        Pull();
    });

    private void Pull()
    {
        _pullAgain = _pulling;
        if (_pulling) return;
        _pulling = true;
        var after = _known;
        Beside(() => PullAsync(after));
    }

    private async Task PullAsync(long after)
    {
        Result<IReadOnlyList<LogRecord>> read;
        Result<FileHistory>? whole = null;
        try
        {
            read = await _services.Log.ReadAfterAsync(File, after, PullLimit, CancellationToken.None);
            // Records between here and there were covered by a snapshot and dropped.
            if (read.TryGet(out var records, out _) && records.Count > 0 && records[^1].Seq != after + records.Count)
            {
                whole = await _services.Log.LoadAsync(File, CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _services.Observer.CommitThrew(File, exception);
            read = EditErrors.StoreUnavailable;
        }
        Post(() => OnPulled(read, whole));
    }

    private void OnPulled(Result<IReadOnlyList<LogRecord>> read, Result<FileHistory>? whole)
    {
        _pulling = false;
        // An error is not repeated from here: the next doorbell or the next poll asks again.
        if (!read.TryGet(out var records, out _)) return;
        if (whole is { } loading)
        {
            if (!loading.TryGet(out var history, out _)) return;
            ApplyForeign(history.Snapshot);
            _known = Math.Max(_known, history.SnapshotSeq);
            records = history.Tail;
        }
        var broughtNews = false;
        foreach (var record in records)
        {
            broughtNews |= ApplyForeign(record.Update);
            OnCommittedRange(record.Seq, record.Seq, isComplete: true);
        }
        // What a mere look at the log had to bring, the bus should have brought before.
        if (broughtNews && _isPolled) _channel?.Verify();
        _isPolled = false;
        if (records.Count == PullLimit || _pullAgain) Pull();
    }
}
