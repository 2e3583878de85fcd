namespace CollabHub.Domain.Editing;

/// <summary>
/// What another node relayed is in this replica before it is in the log, and that node may die in between. Whoever has it then stores it:
/// otherwise a client that brings it back would hear that it is known, take that for saved, and everything typed behind it would hang
/// in the log on something that is not there. Storing twice changes nothing.
/// </summary>
public sealed partial class FileRoom
{
    // Per node, what its present room published and has not said to be in the log, by number.
    private readonly Dictionary<string, Orphans> _unconfirmed = [];
    private bool _adoptionArmed;

    private sealed class Orphans(long opening)
    {
        public long Opening { get; } = opening;
        public SortedList<long, ReadOnlyMemory<byte>> Updates { get; } = [];
    }

    private void NoteUnconfirmed(BusEdits edits)
    {
        var (node, opening) = edits.From;
        if (_unconfirmed.TryGetValue(node, out var orphans) && orphans.Opening != opening) Adopt(node);
        if (!_unconfirmed.TryGetValue(node, out orphans)) _unconfirmed.Add(node, orphans = new Orphans(opening));
        orphans.Updates[edits.Number] = edits.Update;
        if (_adoptionArmed) return;
        _adoptionArmed = true;
        _adoptionTimer.Change(Options.AdoptAfter, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Everything that a room published up to a number is in the log.</summary>
    private void Confirm(BusSender from, long settled)
    {
        if (!_unconfirmed.TryGetValue(from.Node, out var orphans) || orphans.Opening != from.Opening) return;
        while (orphans.Updates.Count > 0 && orphans.Updates.GetKeyAtIndex(0) <= settled) orphans.Updates.RemoveAt(0);
        if (orphans.Updates.Count == 0) _unconfirmed.Remove(from.Node);
    }

    private void OnAdoptionTimer()
    {
        _adoptionArmed = false;
        AdoptAll();
    }

    private void AdoptAll()
    {
        foreach (var node in _unconfirmed.Keys.ToList()) Adopt(node);
    }

    private void Adopt(string node)
    {
        if (!_unconfirmed.Remove(node, out var orphans) || _isDamaged) return;
        foreach (var update in orphans.Updates.Values)
        {
            Meter.EditAccepted(update.Length);
            AddUncommitted(new Uncommitted(null, null, 0, update, Adopted, null));
        }
    }
}
