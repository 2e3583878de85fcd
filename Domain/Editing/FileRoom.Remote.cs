using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Editing;

/// <summary>The other nodes: what they relayed, what they committed, and whose cursors are theirs.</summary>
public sealed partial class FileRoom
{
    // Per node, the unbroken run of the publications of its present room that arrived.
    private readonly Dictionary<string, Heard> _heard = [];
    private readonly Dictionary<long, string> _remoteCursors = [];

    private readonly record struct Heard(long Opening, long First, long Last)
    {
        public bool Covers(BusCommitted committed) => committed.First > 0 && Opening == committed.From.Opening && First <= committed.First && Last >= committed.Last;
    }

    private void Receive(RoomBusMessage message) => Post(() => OnBus(message));

    private void OnBus(RoomBusMessage message)
    {
        switch (message)
        {
            case BusEdits edits:
                OnRemoteEdits(edits);
                break;
            case BusCommitted committed:
                var isComplete = _heard.TryGetValue(committed.From.Node, out var heard) && heard.Covers(committed);
                OnCommittedRange(committed.FirstSeq, committed.LastSeq, isComplete);
                Confirm(committed.From, committed.Settled);
                break;
            case BusCursors cursors:
                OnRemoteCursors(cursors);
                break;
            case BusHello:
                PublishAgain();
                break;
            case BusResumed:
                // Both directions were deaf: the others lack what is nowhere but here, and the other way round.
                _channel?.Publish(new BusHello(_self));
                PublishAgain();
                Pull();
                break;
        }
    }

    private void OnRemoteEdits(BusEdits edits)
    {
        var (node, opening) = edits.From;
        var follows = _heard.TryGetValue(node, out var heard) && heard.Opening == opening && edits.Number == heard.Last + 1;
        _heard[node] = new Heard(opening, follows ? heard.First : edits.Number, edits.Number);
        if (!ApplyForeign(edits.Update)) return;
        NoteUnconfirmed(edits);
        CountRate();
    }

    /// <summary>Applies an update that another node or the log vouches for, and passes on what was new.</summary>
    private bool ApplyForeign(ReadOnlyMemory<byte> update)
    {
        var applied = _document.Apply(update.Span);
        if (applied.Error != DecodeError.None || !applied.Changed) return false;
        AddToWhole(update);
        AddOutgoing(new Outgoing(null, update, IsOwn: false));
        return true;
    }

    private void OnRemoteCursors(BusCursors cursors)
    {
        if (AwarenessMessage.Decode(cursors.Awareness.Span, CursorBounds.Own, out var entries) != DecodeError.None) return;
        foreach (var entry in entries)
        {
            if (entry.State is null) _remoteCursors.Remove(entry.Client);
            else
            {
                _remoteCursors[entry.Client] = cursors.From.Node;
                YieldCursor(entry.Client);
            }
        }
        MoveCursors(_cursors.Apply(entries));
    }

    /// <summary>A node is gone: so are the cursors of the people on it.</summary>
    internal void ForgetNode(string node) => Post(() =>
    {
        _heard.Remove(node);
        Adopt(node);
        var theirs = _remoteCursors.Where(cursor => cursor.Value == node).Select(cursor => cursor.Key).ToList();
        foreach (var client in theirs) _remoteCursors.Remove(client);
        MoveCursors(_cursors.Remove(theirs));
    });

    /// <summary>A room that has just been opened elsewhere lacks what is nowhere but here: edits without a commit, and cursors.</summary>
    private void PublishAgain()
    {
        List<ReadOnlyMemory<byte>> waiting = [];
        if (_committing is { } commit) waiting.AddRange(commit.Edits.Where(e => !e.Update.IsEmpty).Select(e => e.Update));
        waiting.AddRange(_uncommitted.Where(e => !e.Update.IsEmpty).Select(e => e.Update));
        // What is committed but not flushed yet as well: its number is this one.
        waiting.AddRange(_outgoing.Where(edit => edit.IsOwn).Select(edit => edit.Update));
        if (waiting.Count > 0) _channel?.Publish(new BusEdits(_self, ++_busNumber, Updates.Merge(waiting)));
        PublishCursors(_cursors.Present);
    }
}
