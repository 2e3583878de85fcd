using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <summary>Work on encoded updates without building a document: docs/algorithm.md, section 11.</summary>
/// <remarks>
/// What comes from outside goes through <see cref="Validate"/> once; the other functions take validated updates and throw
/// <see cref="ArgumentException"/> for anything else.
/// </remarks>
public static class Updates
{
    /// <summary>The update that says nothing.</summary>
    public static ReadOnlySpan<byte> Empty => [0, 0];

    /// <summary>Whether the bytes are an update within the limits; nothing else may be trusted.</summary>
    public static DecodeError Validate(ReadOnlySpan<byte> update, DocumentOptions? limits = null) =>
        UpdateValidator.Validate(update, limits ?? DocumentOptions.Default, _blocks ??= new UpdateBlocks(), out _);

    [ThreadStatic]
    private static UpdateBlocks? _blocks;

    /// <summary>Whether the update brings no structs and no deletions.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> update) => update.SequenceEqual(Empty);

    /// <summary>One update that says what all of these say; structs that continue each other are joined.</summary>
    public static byte[] Merge(IReadOnlyList<ReadOnlyMemory<byte>> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        var size = 64;
        foreach (var update in updates)
        {
            RequireValid(update.Span);
            size += update.Length;
        }
        using var writer = new Lib0Writer(size);
        MergeValidated(updates, writer);
        return writer.ToArray();
    }

    /// <summary>The same update in its normal form: two documents are equal exactly if the normal forms of their states are.</summary>
    public static byte[] Normalize(ReadOnlyMemory<byte> update) => Merge([update]);

    /// <summary>What the update holds for a replica with this state vector. The delete set stays whole.</summary>
    public static byte[] Diff(ReadOnlySpan<byte> update, StateVector since)
    {
        ArgumentNullException.ThrowIfNull(since);
        RequireValid(update);
        return DiffValidated(update, since);
    }

    /// <summary>The clocks that a replica has reached when it knows this update only: the run from clock 0, up to the first hole.</summary>
    public static StateVector StateVectorOf(ReadOnlySpan<byte> update)
    {
        RequireValid(update);
        var reached = new StateVector();
        var walker = new UpdateWalker(update);
        while (walker.MoveNext())
            if (walker.View.Kind != ContentKind.Skip && reached[walker.Client] == walker.Clock) reached[walker.Client] = walker.End;
        return reached;
    }

    /// <summary>For each client the first clock and the end of what the update holds of it.</summary>
    public static IReadOnlyDictionary<long, (long First, long End)> Ranges(ReadOnlySpan<byte> update)
    {
        RequireValid(update);
        var ranges = new Dictionary<long, (long First, long End)>(ClientIds.Comparer);
        var walker = new UpdateWalker(update);
        while (walker.MoveNext())
        {
            if (walker.View.Kind == ContentKind.Skip) continue;
            ranges[walker.Client] = ranges.TryGetValue(walker.Client, out var known) ? (known.First, walker.End) : (walker.Clock, walker.End);
        }
        return ranges;
    }

    internal static byte[] DiffValidated(ReadOnlySpan<byte> update, StateVector since)
    {
        using var body = new Lib0Writer(update.Length + 16);
        using var joiner = new StructJoiner(body);
        var walker = new UpdateWalker(update);
        var client = -1L;
        while (walker.MoveNext())
        {
            if (walker.Client != client)
            {
                if (client >= 0) joiner.EndClient();
                client = walker.Client;
                joiner.Begin(client);
            }
            var known = since[client];
            if (walker.View.Kind == ContentKind.Skip || walker.End <= known) continue;
            joiner.Add(ref walker.View, update, walker.Clock, known > walker.Clock ? (uint)known - walker.Clock : 0);
        }
        if (client >= 0) joiner.EndClient();
        using var writer = new Lib0Writer(update.Length + 16);
        writer.WriteVarUint(joiner.Clients);
        writer.WriteBytes(body.Written);
        writer.WriteBytes(update[walker.DeleteSet..]);
        return writer.ToArray();
    }

    internal static void MergeValidated(IReadOnlyList<ReadOnlyMemory<byte>> updates, Lib0Writer to)
    {
        var entries = new List<StructEntry>();
        var deletes = new DeleteSet();
        for (var source = 0; source < updates.Count; source++)
        {
            var walker = new UpdateWalker(updates[source].Span);
            while (walker.MoveNext())
                if (walker.View.Kind != ContentKind.Skip) entries.Add(new(walker.Client, walker.Clock, walker.View.Length, source, walker.View.Start));
            var reader = new Lib0Reader(updates[source].Span);
            reader.Seek(walker.DeleteSet);
            deletes.Read(ref reader);
        }
        entries.Sort();
        using var body = new Lib0Writer(1024);
        using var joiner = new StructJoiner(body);
        WriteEntries(entries, updates, joiner);
        to.WriteVarUint(joiner.Clients);
        to.WriteBytes(body.Written);
        deletes.Write(to);
    }

    private static void WriteEntries(List<StructEntry> entries, IReadOnlyList<ReadOnlyMemory<byte>> updates, StructJoiner joiner)
    {
        var view = default(StructView);
        var client = -1L;
        uint known = 0;
        foreach (var entry in entries)
        {
            if (entry.Client != client)
            {
                if (client >= 0) joiner.EndClient();
                client = entry.Client;
                known = 0;
                joiner.Begin(client);
            }
            if (entry.End <= known) continue;
            var source = updates[entry.Source].Span;
            var reader = new Lib0Reader(source);
            reader.Seek(entry.Position);
            StructReader.Read(ref reader, ref view);
            joiner.Add(ref view, source, entry.Clock, known > entry.Clock ? known - entry.Clock : 0);
            known = entry.End;
        }
        if (client >= 0) joiner.EndClient();
    }

    private static void RequireValid(ReadOnlySpan<byte> update)
    {
        var error = UpdateValidator.Validate(update, Trusted, _blocks ??= new UpdateBlocks(), out _);
        if (error != DecodeError.None) throw new ArgumentException($"Not a valid update: {error}.", nameof(update));
    }

    private static readonly DocumentOptions Trusted = new() { MaxUpdateBytes = int.MaxValue, MaxStructs = int.MaxValue, MaxNesting = 512, MaxKeyBytes = int.MaxValue };
}
