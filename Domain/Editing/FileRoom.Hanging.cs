namespace CollabHub.Domain.Editing;

/// <summary>
/// Edits that came before what they depend on: providers send what is typed before they have answered the first exchange, and clients lose
/// messages. Such an edit is stored and passed on like any other, but it is in nobody's text until the rest is here, and its author alone may
/// have that. So the author hears <see cref="RoomFrameKind.Saved"/> when it is in the text and all of that is durable, and is asked for what
/// is missing when it does not come by itself. docs/protocol.md, Editing.
/// </summary>
public sealed partial class FileRoom
{
    private readonly Dictionary<FileSubscription, Hanging> _hanging = [];
    private bool _askArmed;

    /// <summary>What one author was not told because of an edit that hangs.</summary>
    private sealed class Hanging
    {
        /// <summary>The newest of the author's edits: <c>saved</c> stands for all up to its number, so what follows one that hangs waits with it.</summary>
        public long Seq { get; set; }

        /// <summary>How far each client has to come.</summary>
        public OrderedDictionary<long, long> Needs { get; } = [];

        /// <summary>What comes back to an author of y-websocket; of what is more than may wait for one, the oldest.</summary>
        public List<ReadOnlyMemory<byte>> Echo { get; } = [];

        /// <summary>Of <see cref="Echo"/>.</summary>
        public int EchoBytes { get; set; }
    }

    /// <summary>Notes an edit that was just applied if it hangs, or follows one that does; false when its author may hear of the next commit.</summary>
    private bool Hangs(FileSubscription from, long seq, ReadOnlyMemory<byte> update, bool isNew)
    {
        _hanging.TryGetValue(from, out var hanging);
        if (hanging is null && !_document.HasPending) return false;
        var needs = _document.NeedsOf(update.Span);
        // An echo stands for itself alone.
        if (needs.Count == 0 && (hanging is null || from.Echo)) return false;
        // Who has left asks for nothing any more.
        if (!_subscribers.Contains(from)) return true;
        if (hanging is null) _hanging.Add(from, hanging = new Hanging());
        hanging.Seq = seq;
        foreach (var (client, end) in needs) hanging.Needs[client] = Math.Max(end, hanging.Needs.GetValueOrDefault(client));
        if (isNew && from.Echo && hanging.EchoBytes + update.Length <= Options.MaxQueueBytes)
        {
            hanging.Echo.Add(update);
            hanging.EchoBytes += update.Length;
        }
        AskLater();
        return true;
    }

    /// <summary>What does not hang any more waits for the commit of what it hung on, which is in the next one.</summary>
    private void ReleaseHanging()
    {
        foreach (var (author, hanging) in _hanging)
        {
            while (hanging.Needs.Count > 0 && hanging.Needs.GetAt(hanging.Needs.Count - 1) is var (client, end) && _document.State(client) >= end)
            {
                hanging.Needs.RemoveAt(hanging.Needs.Count - 1);
            }
            if (hanging.Needs.Count > 0) continue;
            _hanging.Remove(author);
            AddUncommitted(new Uncommitted(author, author.User, hanging.Seq, default, 0, null) { Echo = hanging.Echo });
        }
    }

    private void AskLater()
    {
        if (_askArmed) return;
        _askArmed = true;
        _askTimer.Change(Options.AskAfter, Timeout.InfiniteTimeSpan);
    }

    private void OnAskTimer()
    {
        _askArmed = false;
        if (_hanging.Count == 0) return;
        var state = _document.EncodeStateVector();
        foreach (var author in _hanging.Keys.ToList())
        {
            if (!Deliver(author, new RoomFrame(RoomFrameKind.Question) { Payload = Empty, StateVector = state, Role = author.Role })) Drop(author);
        }
        AskLater();
    }
}
