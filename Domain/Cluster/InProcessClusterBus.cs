namespace CollabHub.Domain.Cluster;

/// <summary>A bus whose nodes live in one process: the embedded default has one, tests have several.</summary>
public sealed class InProcessClusterBus(InProcessClusterBus.Exchange exchange, string node) : IClusterBus
{
    /// <inheritdoc/>
    public string Node => node;

    /// <inheritdoc/>
    public void Publish(ClusterMessage message) => exchange.Publish(message);

    /// <inheritdoc/>
    public Task ListenAsync(Action<ClusterMessage> receive)
    {
        exchange.Add(receive);
        return Task.CompletedTask;
    }

    /// <summary>What the nodes of one process share.</summary>
    public sealed class Exchange
    {
        // Guards _listeners and the order of messages.
        private readonly Lock _gate = new();
        private readonly List<Action<ClusterMessage>> _listeners = [];

        internal void Add(Action<ClusterMessage> receive)
        {
            lock (_gate) _listeners.Add(receive);
        }

        internal void Publish(ClusterMessage message)
        {
            lock (_gate)
            {
                foreach (var receive in _listeners.ToList()) receive(message);
            }
        }
    }
}
