using CollabHub.Domain.Cluster;

namespace CollabHub.Persistence.Redis;

/// <summary>The line of the nodes about themselves and the people on them, over one Redis channel.</summary>
public sealed class RedisClusterBus(RedisLine line, RedisKeys keys) : IClusterBus, IAsyncDisposable
{
    private RedisSubscription? _subscription;

    /// <inheritdoc/>
    public string Node => line.Node;

    /// <inheritdoc/>
    public void Publish(ClusterMessage message) => line.Publish(keys.Cluster, ClusterCodec.Encode(message));

    /// <inheritdoc/>
    public async Task ListenAsync(Action<ClusterMessage> receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        _subscription = await line.SubscribeAsync(
            keys.Cluster,
            (node, bytes) =>
            {
                if (ClusterCodec.Decode(node, bytes) is { } message) receive(message);
            },
            // How things stand meanwhile is asked for by the greeting.
            () => Publish(new NodeHello(Node)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_subscription is not null) await _subscription.DisposeAsync();
    }
}
