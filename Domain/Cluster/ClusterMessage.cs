using CollabHub.Domain.Live;
using CollabHub.Domain.Operations;
using CollabHub.Domain.Presence;

namespace CollabHub.Domain.Cluster;

/// <summary>What nodes tell each other.</summary>
/// <param name="Node">The sending run of a node.</param>
public abstract record ClusterMessage(string Node);

/// <summary>A sign of life, once a second.</summary>
/// <param name="Node">The sender.</param>
/// <param name="Name">What operators call the node.</param>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="PresenceSeq">The number of the sender's last <see cref="PresenceParts"/>; who has heard less asks.</param>
/// <param name="Figures">How the node is doing.</param>
/// <param name="IsLast">The node stops: nobody is on it any more.</param>
public sealed record NodeBeat(string Node, string Name, long Number, long PresenceSeq, NodeFigures Figures, bool IsLast) : ClusterMessage(Node);

/// <summary>A node has begun to listen, or has been deaf: everyone says at once how things stand.</summary>
public sealed record NodeHello(string Node) : ClusterMessage(Node);

/// <summary>People on the sending node whose presence there changed, or, when <paramref name="IsWhole"/>, all of them.</summary>
/// <param name="Node">The sender.</param>
/// <param name="Seq">1, 2, 3 … per sender.</param>
/// <param name="IsWhole">Whether who is not in here is not there.</param>
/// <param name="Parts">Newest state per session and person; without connections: gone from that node.</param>
public sealed record PresenceParts(string Node, long Seq, bool IsWhole, IReadOnlyList<PresencePart> Parts) : ClusterMessage(Node);

/// <summary>The sender lacks something of what <paramref name="Of"/> said about its people.</summary>
public sealed record PresenceWanted(string Node, string Of) : ClusterMessage(Node);

/// <summary>Something was committed that live connections of every node have to hear of. A hint: who acts on it reads the store.</summary>
public sealed record LiveHint(string Node, LiveEvent Event) : ClusterMessage(Node);
