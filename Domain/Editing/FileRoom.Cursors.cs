using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Editing;

/// <summary>Cursors: newest state per client, stamped with the verified account, with a budget of their own behind the text.</summary>
public sealed partial class FileRoom
{
    private readonly AwarenessStates _cursors;
    private readonly HashSet<long> _movedCursors = [];
    private long _lastCursorFlush;
    private bool _cursorsArmed;

    /// <summary>Takes one awareness update; what speaks for somebody else's client id is left out.</summary>
    /// <returns>Why the message is not acceptable, or <see cref="DecodeError.None"/>.</returns>
    public async ValueTask<DecodeError> MoveCursorAsync(FileSubscription from, ReadOnlyMemory<byte> awareness, CancellationToken ct)
    {
        var error = AwarenessMessage.Decode(awareness.Span, AwarenessLimits.Default, out var entries);
        if (error != DecodeError.None) return error;
        await PostBoundedAsync(() => OnCursors(from, entries), ct);
        return DecodeError.None;
    }

    private void OnCursors(FileSubscription from, IReadOnlyList<AwarenessEntry> entries)
    {
        if (!_subscribers.Contains(from)) return;
        // Whoever speaks is heard, though nobody has come to look yet.
        OnHeard(from);
        var theirs = new List<AwarenessEntry>(entries.Count);
        foreach (var entry in entries)
        {
            if (SpeaksFor(from, entry)) theirs.Add(from.Stamp.Apply(_cursors.Tame(entry)));
        }
        Meter.CursorsTaken(theirs.Count);
        MoveCursors(_cursors.Apply(theirs));
    }

    /// <summary>
    /// A client id belongs to the connection that used it first, until that connection goes, or the same person uses it on a new
    /// one. Clients echo what they hear of others, with the clock they heard: that is never newer than what is known here.
    /// </summary>
    private bool SpeaksFor(FileSubscription from, AwarenessEntry entry)
    {
        if (from.CursorClients.Contains(entry.Client)) return true;
        if (entry.State is null || from.CursorClients.Count >= Options.MaxCursorClients) return false;
        if (_owners.TryGetValue(entry.Client, out var owner) && owner != from.User) return false;
        var mayBeEcho = _cursors.ClockOf(entry.Client) is { } clock && entry.Clock <= clock;
        if (_subscribers.Find(s => s.CursorClients.Contains(entry.Client)) is { } holder)
        {
            // Its old connection is not missed yet: a network that changed under an editor leaves one behind.
            if (holder.User != from.User || (mayBeEcho && !IsReturn(holder, from))) return false;
            holder.CursorClients.Remove(entry.Client);
        }
        else if (_cursors.StateOf(entry.Client) is not null)
        {
            return false; // On another node.
        }
        else if (mayBeEcho && from.CursorClients.Count > 0)
        {
            return false; // Of somebody who left.
        }
        from.CursorClients.Add(entry.Client);
        ConfirmWriter(from, entry.Client);
        return true;
    }

    /// <summary>Who comes back, while the connection of before is silent, says so before anything else.</summary>
    private static bool IsReturn(FileSubscription holder, FileSubscription from) => holder.HiddenCursors is not null && from.CursorClients.Count == 0;

    private void RemoveCursors(FileSubscription gone)
    {
        MoveCursors(_cursors.Remove(gone.CursorClients));
        gone.CursorClients.Clear();
    }

    private void MoveCursors(AwarenessChange change)
    {
        if (change.IsEmpty) return;
        _movedCursors.UnionWith(change.Clients);
        if (_cursorsArmed) return;
        _cursorsArmed = true;
        var waited = _services.Time.GetElapsedTime(_lastCursorFlush);
        var wait = Options.CursorFlushInterval - waited;
        _cursorTimer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void OnCursorTimer()
    {
        _cursorsArmed = false;
        if (_movedCursors.Count == 0) return;
        _lastCursorFlush = _services.Time.GetTimestamp();
        // The sender hears its own state too: stock clients reconnect when nothing comes back for 30 s.
        DeliverToAll(new RoomFrame(RoomFrameKind.Cursors) { Payload = _cursors.Encode(_movedCursors) });
        Meter.CursorsOffered((long)_movedCursors.Count * _subscribers.Count);
        PublishCursors(_movedCursors);
        _movedCursors.Clear();
    }

    private void PublishCursors(IEnumerable<long> clients)
    {
        // Only what this node's subscribers say: others speak for theirs.
        var local = clients.Where(client => !_remoteCursors.ContainsKey(client)).ToList();
        if (local.Count > 0) _channel?.Publish(new BusCursors(_self, _cursors.Encode(local)));
    }

    /// <summary>Offers every cursor that is there once more.</summary>
    public void QueryCursors(FileSubscription subscriber) => Post(() => OfferCursors(subscriber));

    private void OfferCursors(FileSubscription subscriber)
    {
        if (_cursors.EncodeAll() is { } all) subscriber.Offer(new RoomFrame(RoomFrameKind.Cursors) { Payload = all });
    }
}
