using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>The other nodes: what they relayed, what they committed, and what has to be read from the log because the bus did not bring it.</summary>
public sealed partial class FileRoom
{
    private const int PullLimit = 1000;

    // Per node, the unbroken run of its publications that arrived.
    private readonly Dictionary<string, (long From, long To)> _heard = [];
    private readonly Dictionary<long, string> _remoteCursors = [];

    // Ranges of the log that are in the replica but not yet contiguous with _known.
    private readonly SortedDictionary<long, long> _ahead = [];
    private bool _pulling;
    private bool _pullAgain;

    private void Receive(RoomBusMessage message) => Post(() => OnBus(message));

    private void OnBus(RoomBusMessage message)
    {
        switch (message)
        {
            case BusEdits edits:
                OnRemoteEdits(edits);
                break;
            case BusCommitted committed:
                var complete = _heard.TryGetValue(committed.Node, out var run) && run.From <= committed.From && run.To >= committed.UpTo;
                OnCommittedRange(committed.FirstSeq, committed.LastSeq, complete);
                break;
            case BusCursors cursors:
                OnRemoteCursors(cursors);
                break;
            case BusHello:
                PublishAgain();
                break;
        }
    }

    private void OnRemoteEdits(BusEdits edits)
    {
        _heard[edits.Node] = _heard.TryGetValue(edits.Node, out var run) && edits.Number == run.To + 1
            ? (run.From, edits.Number)
            : (edits.Number, edits.Number);
        if (ApplyForeign(edits.Update)) CountRate();
    }

    /// <summary>Applies an update that another node or the log vouches for, and passes on what was new.</summary>
    private bool ApplyForeign(ReadOnlyMemory<byte> update)
    {
        var applied = _document.Apply(update.Span);
        if (applied.Error != DecodeError.None || !applied.Changed) return false;
        AddToWhole(update);
        _outgoing.Add(new Outgoing(null, update, IsOwn: false));
        return true;
    }

    private void OnRemoteCursors(BusCursors cursors)
    {
        if (AwarenessMessage.Decode(cursors.Awareness.Span, CursorBounds.Own, out var entries) != DecodeError.None) return;
        foreach (var entry in entries)
        {
            if (entry.State is null) _remoteCursors.Remove(entry.Client);
            else _remoteCursors[entry.Client] = cursors.Node;
        }
        MoveCursors(_cursors.Apply(entries));
    }

    /// <summary>A node that has just opened the file lacks what is nowhere but here: edits without a commit, and cursors.</summary>
    private void PublishAgain()
    {
        List<ReadOnlyMemory<byte>> waiting = [];
        if (_committing is { } commit) waiting.AddRange(commit.Edits.Where(e => !e.Update.IsEmpty).Select(e => e.Update));
        waiting.AddRange(_uncommitted.Where(e => !e.Update.IsEmpty).Select(e => e.Update));
        if (waiting.Count > 0) _channel?.Publish(new BusEdits(_services.Bus.Node, ++_busNumber, Updates.Merge(waiting)));
        PublishCursors(_cursors.Present);
    }

    /// <summary>Notes that the log holds these numbers; pulls what the replica may lack.</summary>
    private void OnCommittedRange(long first, long last, bool isComplete)
    {
        if (last <= _known) return;
        if (isComplete)
        {
            _ahead[first] = Math.Max(last, _ahead.GetValueOrDefault(first));
            while (_ahead.Count > 0 && _ahead.First() is var (from, to) && from <= _known + 1)
            {
                _known = Math.Max(_known, to);
                _ahead.Remove(from);
            }
        }
        if (!isComplete || _ahead.Count > 0) Pull();
    }

    private void OnPollTimer() => Pull();

    private void Pull()
    {
        _pullAgain = _pulling;
        if (_pulling) return;
        _pulling = true;
        Track(PullAsync(_known));
    }

    private async Task PullAsync(long after)
    {
        Result<IReadOnlyList<LogRecord>> read;
        try
        {
            read = await _services.Log.ReadAfterAsync(File, after, PullLimit, CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _services.Observer.CommitThrew(File, exception);
            read = EditErrors.StoreUnavailable;
        }
        Post(() => OnPulled(read));
    }

    private void OnPulled(Result<IReadOnlyList<LogRecord>> read)
    {
        _pulling = false;
        // An error is not repeated from here: the next doorbell or the next poll asks again.
        if (!read.TryGet(out var records, out _)) return;
        foreach (var record in records)
        {
            ApplyForeign(record.Update);
            OnCommittedRange(record.Seq, record.Seq, isComplete: true);
        }
        if (records.Count == PullLimit || _pullAgain) Pull();
    }
}
