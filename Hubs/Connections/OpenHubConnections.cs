using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace CollabHub.Hubs.Connections;

/// <summary>The hub connections of this node, so that a stopping node can ask each of them to move.</summary>
public sealed class OpenHubConnections
{
    private readonly ConcurrentDictionary<IConnectionLifetimeNotificationFeature, bool> _open = new();

    /// <summary>Every connection that is open now.</summary>
    public IReadOnlyList<IConnectionLifetimeNotificationFeature> All => [.. _open.Keys];

    /// <summary>Knows a connection until the answer is disposed.</summary>
    public IDisposable Add(ConnectionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var connection = context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>();
        _open[connection] = true;
        return new Entry(this, connection);
    }

    private sealed class Entry(OpenHubConnections owner, IConnectionLifetimeNotificationFeature connection) : IDisposable
    {
        public void Dispose() => owner._open.TryRemove(connection, out _);
    }
}
