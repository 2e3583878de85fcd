using CollabHub.Domain.Cluster;

namespace CollabHub.Domain.Presence;

/// <summary>
/// What the other nodes have said about the people on them: numbered changes, and all of it again when one was missed.
/// Owned by one loop; not safe for concurrent use.
/// </summary>
internal sealed class PresencePeers(IClusterBus bus)
{
    private readonly Dictionary<string, Peer> _peers = [];

    private sealed class Peer
    {
        public long Seq { get; set; }
        public HashSet<(SessionId Session, UserId User)> Present { get; } = [];
    }

    /// <summary>What is news in a message; for a whole one also those who are not in it any more.</summary>
    /// <param name="message">From another node.</param>
    /// <param name="gone">Makes the end of someone's part.</param>
    public IReadOnlyList<PresencePart> Take(PresenceParts message, Func<SessionId, UserId, PresencePart?> gone)
    {
        var isKnown = _peers.TryGetValue(message.Node, out var peer);
        if (isKnown && message.Seq <= peer!.Seq && !(message.IsWhole && message.Seq == peer.Seq)) return [];
        if (!message.IsWhole && message.Seq != (peer?.Seq ?? 0) + 1)
        {
            Want(message.Node);
            return [];
        }
        if (!isKnown) _peers.Add(message.Node, peer = new Peer());
        peer!.Seq = message.Seq;
        List<PresencePart> news = [.. message.Parts];
        if (message.IsWhole)
        {
            var present = message.Parts.Select(Key).ToHashSet();
            news.AddRange(peer.Present.Where(key => !present.Contains(key)).Select(key => gone(key.Session, key.User)).OfType<PresencePart>());
        }
        foreach (var part in news)
        {
            if (part.Person.Connections > 0) peer.Present.Add(Key(part));
            else peer.Present.Remove(Key(part));
        }
        return news;
    }

    /// <summary>A node said how far it is: who has heard less asks for all of it.</summary>
    public void Compare(string node, long seq)
    {
        if (seq > (_peers.TryGetValue(node, out var peer) ? peer.Seq : 0)) Want(node);
    }

    /// <summary>A node is gone.</summary>
    public void Forget(string node) => _peers.Remove(node);

    private void Want(string node) => bus.Publish(new PresenceWanted(bus.Node, node));

    private static (SessionId, UserId) Key(PresencePart part) => (part.Session, part.Person.User);
}
