using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace CollabHub.Hubs.Connections;

/// <summary>The hub connections of this node, so that a stopping node can ask each of them to move.</summary>
public sealed class HubLines
{
    private readonly ConcurrentDictionary<IConnectionLifetimeNotificationFeature, bool> _lines = new();

    /// <summary>Every connection that is open now.</summary>
    public IReadOnlyList<IConnectionLifetimeNotificationFeature> All => [.. _lines.Keys];

    /// <summary>Knows a connection until the answer is disposed.</summary>
    public IDisposable Add(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var line = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>();
        _lines[line] = true;
        return new Entry(this, line);
    }

    private sealed class Entry(HubLines owner, IConnectionLifetimeNotificationFeature line) : IDisposable
    {
        public void Dispose() => owner._lines.TryRemove(line, out _);
    }
}
