using System.Collections.Concurrent;
using System.Security.Claims;
using CollabHub.Domain;

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

    /// <summary>Closes what was opened by sign-ins that are not live any more.</summary>
    /// <param name="user">Whose connections to look at; null = everyone's.</param>
    /// <param name="isLive">Reads whether a sign-in is live; asked once for each.</param>
    public async Task ReviewAsync(UserId? user, Func<Guid, Task<bool>> isLive)
    {
        ArgumentNullException.ThrowIfNull(isLive);
        foreach (var signIn in _open.Keys.Where(connection => user is null || connection.User == user).GroupBy(connection => connection.Family))
        {
            if (signIn.Key is { } family && await isLive(family)) continue;
            foreach (var connection in signIn)
            {
                if (_open.TryRemove(connection, out var _)) connection.Close();
            }
        }
    }

    private sealed class Connection(SignInConnections owner, ClaimsPrincipal? principal, Action close) : IDisposable
    {
        public Action Close { get; } = close;

        public UserId? User => principal.Actor().User;

        public Guid? Family => principal.Family();

        public void Dispose() => owner._open.TryRemove(this, out _);
    }
}
