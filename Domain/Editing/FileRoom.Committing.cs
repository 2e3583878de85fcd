using System.Diagnostics;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>What is not durable yet, and the commits that make it so: one under way at a time, the rest gathers for the next.</summary>
public sealed partial class FileRoom
{
    // In place of the number of a publication: another node published it.
    private const long Adopted = -1;

    private readonly HashSet<Task> _background = [];
    private List<Uncommitted> _uncommitted = [];
    private Commit? _committing;
    private long _uncommittedBytes;
    private int _attempts;
    private bool _retryWaits;
    private long _known;
    private int _sinceSnapshot;
    private long _bytesSinceSnapshot;
    private bool _snapshotting;
    private UserId? _lastAuthor;

    /// <summary>An edit that its author has not been told to be saved. An empty update only waits for those before it.</summary>
    private sealed record Uncommitted(
        FileSubscription? From, UserId? User, long Seq, ReadOnlyMemory<byte> Update, long BusNumber, TaskCompletionSource<CollabError?>? Done)
    {
        public long Since { get; init; }

        /// <summary>The invocation or request that brought it, when it is traced.</summary>
        public ActivityContext Cause { get; init; }

        /// <summary>What its author hears again beside <see cref="Update"/>: what hung until now.</summary>
        public IReadOnlyList<ReadOnlyMemory<byte>> Echo { get; init; } = [];
    }

    private sealed record Commit(List<Uncommitted> Edits, List<NewRecord> Records, List<ClientOwner> Clients);

    private bool HasUncommitted => _committing is not null || _uncommitted.Count > 0;

    private bool IsOverdue
    {
        get
        {
            if (_attempts == 0) return false;
            if (_uncommittedBytes > Options.MaxUncommittedBytes) return true;
            var oldest = _committing is { } commit ? commit.Edits[0].Since : _uncommitted[0].Since;
            return _services.Time.GetElapsedTime(oldest) > Options.MaxUncommittedAge;
        }
    }

    private void AddUncommitted(Uncommitted edit)
    {
        _uncommitted.Add(edit with { Since = _services.Time.GetTimestamp() });
        _uncommittedBytes += edit.Update.Length;
    }

    /// <summary>An edit that brought nothing new is saved as soon as everything before it is.</summary>
    private void AcceptKnown(FileSubscription from, long seq)
    {
        if (HasUncommitted) AddUncommitted(new Uncommitted(from, from.User, seq, default, 0, null));
        else Deliver(from, new RoomFrame(RoomFrameKind.Saved) { Seq = seq });
    }

    private void StartCommit()
    {
        if (_committing is not null || _uncommitted.Count == 0) return;
        var commit = new Commit(_uncommitted, RecordsOf(_uncommitted), [.. _newOwners]);
        _uncommitted = [];
        _newOwners.Clear();
        if (commit.Records.Count == 0)
        {
            Acknowledge(commit);
            return;
        }
        _committing = commit;
        Beside(() => AppendAsync(commit, isRetry: false));
    }

    /// <summary>Neighbours of one author travel as one record; who wrote what stays exact.</summary>
    private List<NewRecord> RecordsOf(List<Uncommitted> edits)
    {
        var records = new List<NewRecord>();
        var run = new List<ReadOnlyMemory<byte>>();
        for (var i = 0; i < edits.Count; i++)
        {
            if (!edits[i].Update.IsEmpty) run.Add(edits[i].Update);
            var ends = i == edits.Count - 1 || edits[i + 1].User != edits[i].User;
            if (!ends || run.Count == 0) continue;
            records.Add(new NewRecord(_services.Ids.Next(), edits[i].User, run.Count == 1 ? run[0] : Updates.Merge([.. run])));
            run.Clear();
        }
        return records;
    }

    private async Task AppendAsync(Commit commit, bool isRetry)
    {
        var appended = await TracedAppendAsync(commit, isRetry);
        Post(() => OnAppended(commit, appended));
    }

    private async Task<Result<long>> TracedAppendAsync(Commit commit, bool isRetry)
    {
        Result<long> appended;
        using var trace = TraceOf(commit);
        try
        {
            appended = await _services.Log.AppendAsync(File, commit.Records, commit.Clients, isRetry, CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _services.Observer.CommitThrew(File, exception);
            appended = EditErrors.StoreUnavailable;
        }
        if (appended.TryGet(out var first, out var error)) trace?.SetTag("collabhub.seq", first);
        else trace?.SetStatus(ActivityStatusCode.Error, error.Code);
        return appended;
    }

    /// <summary>From the sockets to the rows: the append, linked to what brought its edits, with the batch ids of its rows.</summary>
    private Activity? TraceOf(Commit commit)
    {
        if (!EditingMeter.Traces.HasListeners()) return null;
        var causes = commit.Edits.Select(edit => edit.Cause).Where(cause => cause != default).Distinct().Select(cause => new ActivityLink(cause));
        var trace = EditingMeter.Traces.StartActivity("edits.commit", ActivityKind.Internal, parentContext: default, links: causes);
        trace?.SetTag("collabhub.file_id", File.ToString());
        trace?.SetTag("collabhub.batch_ids", string.Join(' ', commit.Records.Select(record => record.BatchId.ToString())));
        return trace;
    }

    private void OnAppended(Commit commit, Result<long> appended)
    {
        if (!appended.TryGet(out var first, out var error))
        {
            if (error.Kind == ErrorKind.NotFound) OnFileGone(commit, error);
            else OnAppendFailed(error);
            return;
        }
        _attempts = 0;
        _committing = null;
        var bytes = commit.Edits.Sum(edit => edit.Update.Length);
        _uncommittedBytes -= bytes;
        Meter.NoLongerUnsaved(bytes);
        _lastAuthor = commit.Records[^1].User ?? _lastAuthor;
        var last = first + commit.Records.Count - 1;
        // Of what was adopted nobody knows who heard it: then everyone reads the log.
        var isHeard = commit.Edits.TrueForAll(edit => edit.BusNumber != Adopted);
        var numbers = isHeard ? commit.Edits.Where(edit => edit.BusNumber > 0).Select(edit => edit.BusNumber).ToList() : [0];
        var settled = _uncommitted.Where(edit => edit.BusNumber > 0).Select(edit => edit.BusNumber - 1).DefaultIfEmpty(_busNumber).Min();
        _channel?.Publish(new BusCommitted(_self, numbers.Min(), numbers.Max(), first, last, settled));
        OnCommittedRange(first, last, isComplete: true);
        Acknowledge(commit);
        _services.Observer.Edited(Workspace, commit.Edits.Count(edit => !edit.Update.IsEmpty));
        _sinceSnapshot += commit.Records.Count;
        _bytesSinceSnapshot += commit.Records.Sum(record => record.Update.Length);
        if (_sinceSnapshot >= Options.SnapshotRecords || _bytesSinceSnapshot >= Options.SnapshotBytes) StartSnapshot();
        NoteTextSoon();
    }

    private void OnAppendFailed(CollabError error)
    {
        _attempts++;
        _services.Observer.CommitFailed(File, error.Code, _attempts);
        Meter.CommitFailed(error.Code);
        var delay = TimeSpan.FromTicks(Math.Min(
            Options.CommitRetryDelay.Ticks << Math.Min(_attempts - 1, 16), Options.MaxCommitRetryDelay.Ticks));
        _retryWaits = true;
        _retryTimer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void OnRetryTimer()
    {
        if (!_retryWaits || _committing is null) return;
        _retryWaits = false;
        var commit = _committing;
        Beside(() => AppendAsync(commit, isRetry: true));
    }

    private void OnFileGone(Commit commit, CollabError error)
    {
        foreach (var edit in commit.Edits.Concat(_uncommitted)) edit.Done?.TrySetResult(error);
        _committing = null;
        _uncommitted.Clear();
        Meter.NoLongerUnsaved(_uncommittedBytes);
        _uncommittedBytes = 0;
        CloseSubscribers(ClosedCodes.FileDeleted);
    }

    private void Acknowledge(Commit commit)
    {
        var saved = new Dictionary<FileSubscription, long>();
        foreach (var edit in commit.Edits)
        {
            edit.Done?.TrySetResult(null);
            if (!edit.Update.IsEmpty) Meter.EditSaved(_services.Time.GetElapsedTime(edit.Since));
            if (edit.From is { } author) saved[author] = Math.Max(edit.Seq, saved.GetValueOrDefault(author));
        }
        foreach (var (author, seq) in saved)
        {
            if (author.Echo) EchoTo(author, commit);
            Deliver(author, new RoomFrame(RoomFrameKind.Saved) { Seq = seq });
        }
    }

    private void EchoTo(FileSubscription author, Commit commit)
    {
        var edits = commit.Edits.Where(edit => edit.From == author);
        ReadOnlyMemory<byte>[] own = [.. edits.SelectMany(edit => edit.Update.IsEmpty ? edit.Echo : [edit.Update])];
        if (own.Length > 0) Deliver(author, new RoomFrame(RoomFrameKind.Edit) { Payload = own.Length == 1 ? own[0] : Updates.Merge(own) });
    }

    private void StartSnapshot()
    {
        if (_snapshotting || _isDamaged) return;
        _snapshotting = true;
        _sinceSnapshot = 0;
        _bytesSinceSnapshot = 0;
        // Whatever is in the replica beyond the covered number is in the log or will be: applying it twice changes nothing.
        var (covered, state, facts) = (_known, _document.EncodeStateAsUpdate(), FactsOf());
        Beside(() => SnapshotAsync(covered, state, facts));
    }

    private async Task SnapshotAsync(long seq, byte[] state, TextFacts facts)
    {
        var code = "store.unavailable";
        try
        {
            var stored = await _services.Log.SnapshotAsync(File, seq, state, facts, CancellationToken.None);
            code = stored.Error?.Code;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _services.Observer.CommitThrew(File, exception);
        }
        if (code is not null) _services.Observer.SnapshotFailed(File, code);
        Post(() => _snapshotting = false);
    }

    /// <summary>
    /// Runs work beside the loop, which it never holds up: a store may do all of its work before it answers. Kept until it is done; disposing
    /// the room waits for it.
    /// </summary>
    private void Beside(Func<Task> start)
    {
        var work = RunAsync();
        lock (_background)
        {
            _background.RemoveWhere(static task => task.IsCompletedSuccessfully);
            _background.Add(work);
        }

        async Task RunAsync()
        {
            await Task.Yield();
            await start();
        }
    }
}
