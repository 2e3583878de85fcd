using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <summary>Which units of which clients an update brings, holes left out.</summary>
public static class UpdateStretches
{
    /// <summary>Client, first clock and end of each unbroken stretch, in the order of the update; nothing for bytes that are no update.</summary>
    public static IReadOnlyList<(long Client, long From, long To)> Of(ReadOnlySpan<byte> update)
    {
        var stretches = new List<(long Client, long From, long To)>();
        if (Updates.Validate(update, Stored) != DecodeError.None) return stretches;
        var walker = new UpdateWalker(update);
        while (walker.MoveNext())
        {
            if (walker.View.Kind == ContentKind.Skip) continue;
            if (stretches.Count > 0 && stretches[^1] is var last && last.Client == walker.Client && last.To == walker.Clock)
                stretches[^1] = (last.Client, last.From, walker.End);
            else
                stretches.Add((walker.Client, walker.Clock, walker.End));
        }
        return stretches;
    }

    // What is in the log was accepted once, whatever the bounds are now.
    private static readonly DocumentOptions Stored = DocumentOptions.Default with { MaxUpdateBytes = int.MaxValue };
}
