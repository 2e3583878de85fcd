using CollabHub.Domain;

namespace CollabHub.Hubs.Realtime;

/// <summary>Which connections of this node are in which session, so that someone who was removed stops hearing at once.</summary>
public sealed class SessionConnections
{
    // Guards _connections.
    private readonly Lock _gate = new();
    private readonly Dictionary<(SessionId Session, UserId User), HashSet<string>> _connections = [];

    /// <summary>A connection is in a session.</summary>
    public void Add(SessionId session, UserId user, string connection)
    {
        lock (_gate)
        {
            if (!_connections.TryGetValue((session, user), out var set)) _connections.Add((session, user), set = []);
            set.Add(connection);
        }
    }

    /// <summary>A connection has left a session.</summary>
    public void Remove(SessionId session, UserId user, string connection)
    {
        lock (_gate)
        {
            if (!_connections.TryGetValue((session, user), out var set)) return;
            set.Remove(connection);
            if (set.Count == 0) _connections.Remove((session, user));
        }
    }

    /// <summary>Who is in which session with a connection to this node.</summary>
    public IReadOnlyList<(SessionId Session, UserId User)> All
    {
        get
        {
            lock (_gate) return [.. _connections.Keys];
        }
    }

    /// <summary>Takes out and answers every connection of a person in a session.</summary>
    public IReadOnlyList<string> Take(SessionId session, UserId user)
    {
        lock (_gate) return _connections.Remove((session, user), out var set) ? [.. set] : [];
    }
}
