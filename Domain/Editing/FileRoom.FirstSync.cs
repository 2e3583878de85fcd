using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>
/// First exchanges. The whole state is encoded once for everybody who comes with nothing, and what happens meanwhile is put behind it; large
/// ones travel in parts.
/// </summary>
public sealed partial class FileRoom
{
    private static readonly byte[] Empty = [0, 0];

    // Weak: a file that nobody joins should not hold its state twice.
    private readonly WeakReference<WholeState> _whole = new(null!);

    /// <summary>The state when it was encoded, and the updates since.</summary>
    private sealed record WholeState(IReadOnlyList<ReadOnlyMemory<byte>> Parts)
    {
        public List<ReadOnlyMemory<byte>> Since { get; } = [];
        public int SinceBytes { get; set; }
    }

    /// <summary>How often the whole state was encoded.</summary>
    internal int WholeStatesEncoded { get; private set; }

    /// <summary>What a replica with this vector lacks, in parts; or <c>edit.malformed</c>, <c>edit.too_large</c>.</summary>
    private Result<IReadOnlyList<ReadOnlyMemory<byte>>> MissingFor(ReadOnlyMemory<byte>? stateVector)
    {
        if (stateVector is not { } vector) return Result<IReadOnlyList<ReadOnlyMemory<byte>>>.Of([Empty]);
        if (vector.Span is [0]) return Result<IReadOnlyList<ReadOnlyMemory<byte>>>.Of(Whole());
        if (!StateVector.TryDecode(vector.Span, out var since, out _)) return EditErrors.MalformedVector;
        // Whoever has been in the file knows as many clients as it has; beside them there are only those of his own offline work.
        if (since.Count > Options.MaxVectorEntries && since.Clocks.Keys.Count(client => _document.State(client) == 0) > Options.MaxVectorEntries)
            return EditErrors.VectorTooLarge;
        using var writer = new Lib0Writer(1024);
        _document.EncodeDiff(since, writer);
        return Result<IReadOnlyList<ReadOnlyMemory<byte>>>.Of(UpdateSplitting.Split(writer.ToArray(), Options.SyncPartBytes));
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> Whole()
    {
        // A small one with something behind it is encoded again: that costs little, and it stays one message.
        if (!_whole.TryGetTarget(out var whole) || (whole.Parts[0].Length <= Options.SyncPartBytes && whole.Parts.Count == 1 && whole.Since.Count > 0))
        {
            WholeStatesEncoded++;
            whole = new WholeState(UpdateSplitting.Split(_document.EncodeStateAsUpdate(), Options.SyncPartBytes));
            _whole.SetTarget(whole);
        }
        if (whole.Since.Count == 0) return whole.Parts;
        var since = whole.Since.Count == 1 ? whole.Since[0] : Updates.Merge(whole.Since);
        return [.. whole.Parts, since];
    }

    /// <summary>Something was applied: who comes next needs it, too.</summary>
    private void AddToWhole(ReadOnlyMemory<byte> update)
    {
        if (!_whole.TryGetTarget(out var whole)) return;
        whole.Since.Add(update);
        whole.SinceBytes += update.Length;
        if (whole.SinceBytes > Options.SyncPartBytes) _whole.SetTarget(null!);
    }
}
