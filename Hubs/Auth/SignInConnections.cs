using System.Collections.Concurrent;
using System.Security.Claims;
using CollabHub.Domain.Live;

namespace CollabHub.Hubs.Auth;

/// <summary>The open connections of this node by the sign-in behind them, so that the end of a sign-in ends them too.</summary>
public sealed class SignInConnections
{
    private readonly ConcurrentDictionary<Connection, bool> _open = new();

    /// <summary>Open connections on this node.</summary>
    public int Count => _open.Count;

    /// <summary>Watches a connection until the answer is disposed; <paramref name="close"/> may be called once, from any thread.</summary>
    public IDisposable Watch(ClaimsPrincipal? principal, Action close)
    {
        var connection = new Connection(this, principal, close);
        _open[connection] = true;
        return connection;
    }

    /// <summary>Closes what the ended sign-ins opened.</summary>
    public void Close(SignInEnded ended)
    {
        ArgumentNullException.ThrowIfNull(ended);
        foreach (var (connection, _) in _open)
        {
            if (connection.IsOf(ended) && _open.TryRemove(connection, out var _)) connection.Close();
        }
    }

    private sealed class Connection(SignInConnections owner, ClaimsPrincipal? principal, Action close) : IDisposable
    {
        public Action Close { get; } = close;

        public bool IsOf(SignInEnded ended)
        {
            var family = principal.Family();
            return principal.Actor().User == ended.User && (ended.Only is null || family == ended.Only) && (ended.Except is null || family != ended.Except);
        }

        public void Dispose() => owner._open.TryRemove(this, out _);
    }
}
