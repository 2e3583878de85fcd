namespace CollabHub.Domain.Documents;

/// <summary>What a step did to the set of states: client ids, in the order of the step, one list per kind.</summary>
/// <remarks>
/// A client that was gone and returns is <see cref="Updated"/>, not <see cref="Added"/>: whoever records which connection
/// speaks for which client does so on both.
/// </remarks>
public sealed class AwarenessChange
{
    private readonly List<long> _added = [];
    private readonly List<long> _updated = [];
    private readonly List<long> _changed = [];
    private readonly List<long> _removed = [];

    /// <summary>Clients never heard of before.</summary>
    public IReadOnlyList<long> Added => _added;

    /// <summary>Clients with an accepted state that were known, be the state new or only renewed.</summary>
    public IReadOnlyList<long> Updated => _updated;

    /// <summary>Those of <see cref="Updated"/> whose state differs, byte by byte, from the one before.</summary>
    public IReadOnlyList<long> Changed => _changed;

    /// <summary>Known clients that were declared gone.</summary>
    public IReadOnlyList<long> Removed => _removed;

    /// <summary>Whether nothing was accepted that others need to hear of.</summary>
    public bool IsEmpty => _added.Count + _updated.Count + _removed.Count == 0;

    /// <summary>Whether anything is different for a reader; a mere renewal is not.</summary>
    public bool IsVisible => _added.Count + _changed.Count + _removed.Count > 0;

    /// <summary>Every client that others need to hear of, each once.</summary>
    public IEnumerable<long> Clients => _added.Concat(_updated).Concat(_removed).Distinct();

    internal void Add(long client) => _added.Add(client);

    internal void Update(long client, bool differs)
    {
        _updated.Add(client);
        if (differs) _changed.Add(client);
    }

    internal void Remove(long client) => _removed.Add(client);
}
