using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>What an update would bring, told before it is applied.</content>
public sealed partial class YDocument
{
    /// <summary>
    /// The clients of which the update holds structs that are neither in the document nor waiting to be, each once; null when it is not
    /// well-formed.
    /// </summary>
    public IReadOnlyList<long>? ClientsWithNews(ReadOnlySpan<byte> update)
    {
        if (UpdateValidator.Validate(update, _options, _blocks, out _) != DecodeError.None) return null;
        var news = new List<long>(1);
        var walker = new UpdateWalker(update);
        while (walker.MoveNext())
        {
            if (walker.View.Kind == ContentKind.Skip || (news.Count > 0 && news[^1] == walker.Client)) continue;
            var known = Math.Max((uint)_clients.State(walker.Client), walker.Clock);
            if (walker.End <= known || _pending.Covers(walker.Client, known, walker.End) || news.Contains(walker.Client)) continue;
            news.Add(walker.Client);
        }
        return news;
    }

    /// <summary>
    /// How far clients have to come (the next expected clock) for everything in a valid update to be in the document: of its structs and
    /// deletions, those that wait for something. A client may be named twice.
    /// </summary>
    public IReadOnlyList<(long Client, long End)> NeedsOf(ReadOnlySpan<byte> update)
    {
        var needs = new List<(long Client, long End)>();
        var walker = new UpdateWalker(update);
        while (walker.MoveNext())
        {
            if (walker.View.Kind == ContentKind.Skip || walker.End <= _clients.State(walker.Client)) continue;
            if (needs.Count > 0 && needs[^1].Client == walker.Client) needs[^1] = (walker.Client, walker.End);
            else needs.Add((walker.Client, walker.End));
        }
        var reader = new Lib0Reader(update);
        reader.Seek(walker.DeleteSet);
        for (var clients = reader.ReadVarUint(); clients > 0; clients--)
        {
            var client = reader.ReadVarUint();
            var furthest = 0L;
            for (var ranges = reader.ReadVarUint(); ranges > 0; ranges--) furthest = Math.Max(furthest, reader.ReadVarUint() + reader.ReadVarUint());
            if (furthest > _clients.State(client)) needs.Add((client, furthest));
        }
        return needs;
    }
}
