namespace CollabHub.Domain.Documents;

/// <summary>Who is in a file and what each shows of itself: the newest state per client.</summary>
/// <remarks>Rules: docs/format.md, Awareness. Owned by one loop; not safe for concurrent use.</remarks>
public sealed class AwarenessStates(TimeProvider time, AwarenessOptions? options = null)
{
    // More than a client says in the moment before it hears which clock it was given.
    private const long ReturnGap = 1024;

    private readonly AwarenessOptions _options = options ?? new AwarenessOptions();
    private readonly Dictionary<long, Known> _known = [];

    // The clock and the time outlive the state: they are what tells a late echo from a return. Heard and Given belong to the
    // last return: the newest clock of the client's own counting, and the clock that it was given instead.
    private record struct Known(long Clock, long At, byte[]? State, long Heard = 0, long Given = 0);

    /// <summary>Clients with a state.</summary>
    public IEnumerable<long> Present => _known.Where(entry => entry.Value.State is not null).Select(entry => entry.Key);

    /// <summary>The state of a client as JSON in UTF-8, or null. Not to be changed.</summary>
    public byte[]? StateOf(long client) => _known.GetValueOrDefault(client).State;

    /// <summary>The clock of a client, or null if it is not known; stays known after the state is gone.</summary>
    public long? ClockOf(long client) => _known.TryGetValue(client, out var known) ? known.Clock : null;

    /// <summary>The known clients, present or gone.</summary>
    public IEnumerable<long> Clients => _known.Keys;

    /// <summary>Takes the entries that are news, one after the other.</summary>
    /// <param name="entries">A decoded message; what may be said by whom is decided before.</param>
    public AwarenessChange Apply(IReadOnlyList<AwarenessEntry> entries)
    {
        var change = new AwarenessChange();
        foreach (var entry in entries) Apply(entry, change);
        return change;
    }

    private void Apply(AwarenessEntry entry, AwarenessChange change)
    {
        var (client, clock, state) = entry;
        var isKnown = _known.TryGetValue(client, out var before);
        // An unknown client counts as clock 0: its first entry with clock 0 is not news.
        var isNews = clock > before.Clock || (clock == before.Clock && state is null && before.State is not null);
        if (!isNews) return;
        if (state is null && client == _options.LocalClient && before.State is not null)
        {
            // Nobody else ends the own state: the higher clock makes the next announcement win.
            Store(client, clock + 1, before.State);
        }
        else
        {
            Store(client, clock, state);
        }
        if (state is null)
        {
            if (isKnown) change.Remove(client);
        }
        else if (isKnown) change.Update(client, Differs(state, before.State));
        else change.Add(client);
    }

    /// <summary>Removes states without raising clocks: what a server does for a connection that closed.</summary>
    public AwarenessChange Remove(IEnumerable<long> clients)
    {
        var change = new AwarenessChange();
        foreach (var client in clients)
        {
            if (!_known.TryGetValue(client, out var before) || before.State is null) continue;
            _known[client] = client == _options.LocalClient
                ? before with { Clock = before.Clock + 1, At = Now, State = null }
                : before with { State = null };
            change.Remove(client);
        }
        return change;
    }

    /// <summary>Sets the own state; null leaves. Only with <see cref="AwarenessOptions.LocalClient"/>.</summary>
    /// <param name="state">A JSON value as UTF-8, never the text <c>null</c>.</param>
    public AwarenessChange SetLocal(byte[]? state)
    {
        var client = _options.LocalClient ?? throw new InvalidOperationException("This set speaks for no client.");
        var change = new AwarenessChange();
        var isKnown = _known.TryGetValue(client, out var before);
        Store(client, isKnown ? before.Clock + 1 : 0, state);
        if (state is null) change.Remove(client);
        else if (before.State is null) change.Add(client);
        else change.Update(client, Differs(state, before.State));
        return change;
    }

    /// <summary>Announces the own state again if it is due. Call every <see cref="AwarenessOptions.CheckEvery"/>.</summary>
    public AwarenessChange RenewLocal()
    {
        var isDue = _options.LocalClient is { } client && _known.TryGetValue(client, out var own)
            && own.State is not null && Age(own) >= _options.RenewAfter;
        return isDue ? SetLocal(StateOf(_options.LocalClient!.Value)) : new AwarenessChange();
    }

    /// <summary>Removes foreign states that nobody renewed. Call every <see cref="AwarenessOptions.CheckEvery"/>.</summary>
    public AwarenessChange RemoveExpired()
    {
        var foreign = _known.Where(entry => entry.Key != _options.LocalClient).ToList();
        foreach (var (client, known) in foreign)
        {
            if (known.State is null && Age(known) >= _options.ForgetAfter) _known.Remove(client);
        }
        return Remove(foreign.Where(entry => Age(entry.Value) >= _options.ExpireAfter).Select(entry => entry.Key));
    }

    /// <summary>
    /// The entry with the clock that a server passes it on with; call it once for each entry, before <see cref="Apply(IReadOnlyList{AwarenessEntry})"/>.
    /// <para>A client that was declared gone and comes back announces itself with the clock it had, which nobody would take for
    /// news: it is given a higher one. Until it has heard of that it counts on from its own, and is still understood. And a clock
    /// moves on by at most <see cref="AwarenessOptions.ClockLeap"/>: a forged 2^53-1 would shut the true owner of the id out for ever.</para>
    /// </summary>
    /// <param name="entry">What the connection that speaks for this client says.</param>
    public AwarenessEntry Tame(AwarenessEntry entry)
    {
        var isKnown = _known.TryGetValue(entry.Client, out var known);
        if (entry.Clock - known.Clock > _options.ClockLeap) return entry with { Clock = known.Clock + 1 };
        if (!isKnown || entry.Clock > known.Clock) return entry;
        if (known.State is null && entry.State is not null)
        {
            var given = known.Clock + ReturnGap;
            _known[entry.Client] = known with { Heard = entry.Clock, Given = given };
            return entry with { Clock = given };
        }
        // Below what it was given: not an echo of that, but its own counting.
        if (known.State is null || entry.Clock <= known.Heard || entry.Clock >= known.Given) return entry;
        _known[entry.Client] = known with { Heard = entry.Clock };
        return entry with { Clock = known.Clock + 1 };
    }

    /// <summary>
    /// Shows a state again that was removed although its client was there all along and does not know of it: with a clock that is news to everyone. What
    /// the client says before it hears of that clock is understood by <see cref="Tame"/>.
    /// </summary>
    public AwarenessChange Return(long client, byte[] state)
    {
        var change = new AwarenessChange();
        if (!_known.TryGetValue(client, out var before) || before.State is not null) return change;
        var given = before.Clock + ReturnGap;
        // Given a clock once, it may not have heard of that one either: then it still counts on from what it said before.
        var heard = before.Given == 0 ? before.Clock : before.Heard;
        _known[client] = new Known(given, Now, state, heard, given);
        change.Update(client, differs: true);
        return change;
    }

    /// <summary>A message with what is known of these clients: the state, or that it is gone. Unknown ones are left out.</summary>
    public byte[] Encode(IEnumerable<long> clients) =>
        AwarenessMessage.Encode([.. clients.Where(_known.ContainsKey).Select(EntryOf)]);

    /// <summary>A message with all present states, or null when there are none: then nothing is sent.</summary>
    public byte[]? EncodeAll()
    {
        AwarenessEntry[] present = [.. Present.Select(EntryOf)];
        return present.Length == 0 ? null : AwarenessMessage.Encode(present);
    }

    private AwarenessEntry EntryOf(long client) => new(client, _known[client].Clock, _known[client].State);

    private void Store(long client, long clock, byte[]? state) =>
        _known[client] = _known.GetValueOrDefault(client) with { Clock = clock, At = Now, State = state };

    private long Now => time.GetTimestamp();

    private TimeSpan Age(Known known) => time.GetElapsedTime(known.At);

    private static bool Differs(byte[] state, byte[]? before) => before is null || !state.AsSpan().SequenceEqual(before);
}
