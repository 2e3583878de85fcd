using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.History;

/// <summary>Units of one Yjs client that came into the log at one time.</summary>
/// <param name="Client">The client id.</param>
/// <param name="From">The first clock.</param>
/// <param name="To">One more than the last clock.</param>
/// <param name="User">Who sent them, when known.</param>
/// <param name="Seq">The number of the record that brought them first.</param>
/// <param name="At">When that was.</param>
public sealed record Stretch(long Client, long From, long To, UserId? User, long Seq, DateTimeOffset At);

/// <summary>Everything that is known about who wrote a file.</summary>
/// <param name="Stretches">In no order; they may overlap, then the one with the smaller number counts.</param>
/// <param name="Clients">Who owns which client id.</param>
public sealed record Authorship(IReadOnlyList<Stretch> Stretches, IReadOnlyList<ClientOwner> Clients);

/// <summary>Reads who wrote what: what the log tells, and what was kept of the records that are gone.</summary>
public interface IAuthorshipStore
{
    /// <summary>All of a file, or <c>store.unavailable</c>.</summary>
    Task<Result<Authorship>> ReadAsync(FileId file, CancellationToken ct);
}

/// <summary>Stretches without overlaps, by client and clock: what came first stays.</summary>
public sealed class AuthorshipIndex
{
    private readonly Dictionary<long, List<Stretch>> _byClient = [];

    /// <summary>Puts stretches in the order of their numbers.</summary>
    public AuthorshipIndex(IEnumerable<Stretch> stretches)
    {
        foreach (var stretch in stretches.OrderBy(stretch => stretch.Seq)) Add(stretch);
    }

    /// <summary>All of them, by client and clock.</summary>
    public IEnumerable<Stretch> All => _byClient.Values.SelectMany(known => known);

    /// <summary>Adds what is not known yet; answers those parts.</summary>
    public IReadOnlyList<Stretch> Add(Stretch stretch)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        if (!_byClient.TryGetValue(stretch.Client, out var known)) _byClient[stretch.Client] = known = [];
        var added = new List<Stretch>();
        var at = Find(known, stretch.From);
        for (var from = stretch.From; from < stretch.To; at++)
        {
            var next = at < known.Count ? known[at] : null;
            var to = next is null ? stretch.To : Math.Min(stretch.To, next.From);
            if (to > from)
            {
                var part = stretch with { From = from, To = to };
                known.Insert(at++, part);
                added.Add(part);
            }
            from = next is null ? stretch.To : Math.Max(to, next.To);
        }
        return added;
    }

    /// <summary>The stretches that cover the units <paramref name="from"/> to <paramref name="to"/>, in order; holes are left out.</summary>
    public IEnumerable<Stretch> Covering(long client, long from, long to)
    {
        if (!_byClient.TryGetValue(client, out var known)) yield break;
        for (var at = Find(known, from); at < known.Count && known[at].From < to; at++)
            yield return known[at] with { From = Math.Max(from, known[at].From), To = Math.Min(to, known[at].To) };
    }

    /// <summary>
    /// Fewer stretches that tell the same but for time: neighbours of one person within one minute become one, with the later time. What is kept when
    /// records are dropped.
    /// </summary>
    public static IReadOnlyList<Stretch> Condense(IEnumerable<Stretch> stretches)
    {
        var kept = new List<Stretch>();
        foreach (var stretch in stretches.OrderBy(stretch => stretch.Client).ThenBy(stretch => stretch.From))
        {
            if (kept.Count > 0 && kept[^1] is var last && last.Client == stretch.Client && last.To == stretch.From && last.User == stretch.User
                && MinuteOf(last) == MinuteOf(stretch))
            {
                var later = stretch.At > last.At ? stretch : last;
                kept[^1] = last with { To = stretch.To, Seq = later.Seq, At = later.At };
            }
            else
            {
                kept.Add(stretch);
            }
        }
        return kept;
    }

    private static long MinuteOf(Stretch stretch) => stretch.At.UtcTicks / TimeSpan.TicksPerMinute;

    // The first that ends behind the clock.
    private static int Find(List<Stretch> known, long clock)
    {
        var (low, high) = (0, known.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (known[middle].To <= clock) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
