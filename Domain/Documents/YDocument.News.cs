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
}
