namespace CollabHub.Domain.Cluster;

/// <summary>The line on which the nodes of a cluster speak about themselves and the people on them; files have their own (<c>IRoomBus</c>).</summary>
public interface IClusterBus
{
    /// <summary>This run of this node, unique in the cluster and never used again.</summary>
    string Node { get; }

    /// <summary>Hands a message to every node, the own one included: its return is the proof that the line works. Never blocks, may drop.</summary>
    void Publish(ClusterMessage message);

    /// <summary>Starts to hear; once, before anything is published. Complete when it hears, or when the line is away: then it goes on trying.</summary>
    /// <param name="receive">Called for every message, one at a time and in order per node; must not block or throw.</param>
    Task ListenAsync(Action<ClusterMessage> receive);
}
