using CollabHub.Domain.Access;

namespace CollabHub.Domain.Presence;

/// <summary>
/// Connections whose line is silent: dead, though nothing closed them. They count as gone until they are heard again; whether the connection
/// itself ends is for its transport to say.
/// </summary>
public sealed partial class PresenceRegistry
{
    // The sessions that each connection of this node has joined, silent or not.
    private readonly Dictionary<string, Dictionary<SessionId, UserId>> _joined = [];
    private readonly Dictionary<(SessionId Session, string Connection), Silent> _silent = [];

    private sealed record Silent(WorkspaceId Workspace, PresentParticipant Person, PresenceStatus Status);

    /// <summary>The line of a connection is silent: it does not count any more, in none of its sessions. May be said again and again.</summary>
    public ValueTask SilentAsync(string connection) => _inbox.Writer.WriteAsync(() => OnSilent(connection));

    /// <summary>The line of a connection is heard again: it counts as before, with the role of now.</summary>
    public ValueTask HeardAsync(string connection) => _inbox.Writer.WriteAsync(() => OnHeardAsync(connection));

    /// <summary>A connection says whether it is in front, and which file it shows; what is known already is told to nobody.</summary>
    public ValueTask SetAsync(SessionId session, UserId user, string connection, PresenceStatus status, FileId? file) =>
        _inbox.Writer.WriteAsync(() => OnSetAsync(session, user, connection, status, file));

    private async ValueTask OnSetAsync(SessionId session, UserId user, string connection, PresenceStatus status, FileId? file)
    {
        // Whoever speaks is heard, though nobody has come to look yet.
        await OnHeardAsync(connection);
        if (!_sessions.TryGetValue(session, out var live)) return;
        var (person, own) = (live.Roster.Find(user), live.Roster.OwnPartOf(user));
        if (!live.Roster.Set(user, connection, status, file, _time.GetUtcNow())) return;
        if (IsSame(person, live.Roster.Find(user)) && IsSame(own, live.Roster.OwnPartOf(user))) return;
        live.Unsent.Add(user);
        Changed(session, live, user);
    }

    private static bool IsSame(PresentParticipant? before, PresentParticipant? now) => before is not null && now is not null && before with { LastActive = now.LastActive } == now;

    private ValueTask OnSilent(string connection)
    {
        foreach (var (session, user) in _joined.GetValueOrDefault(connection) ?? [])
        {
            if (!_sessions.TryGetValue(session, out var live) || live.Roster.StatusOf(user, connection) is not { } status) continue;
            _silent[(session, connection)] = new Silent(live.Workspace, live.Roster.Find(user)!, status);
            // The silence was the grace.
            live.Roster.Leave(user, connection, _time.GetUtcNow() - _options.LeaveGrace);
            SendPart(session, live, user, hasWaited: true);
            Changed(session, live, user);
        }
        return ValueTask.CompletedTask;
    }

    private async ValueTask OnHeardAsync(string connection)
    {
        foreach (var session in (_joined.GetValueOrDefault(connection) ?? []).Keys)
        {
            if (_silent.Remove((session, connection), out var silent)) await ComeAsync(session, silent.Workspace, silent.Person, connection, silent.Status);
        }
    }

    private void Remember(SessionId session, string connection, UserId user)
    {
        if (!_joined.TryGetValue(connection, out var sessions)) _joined.Add(connection, sessions = []);
        sessions[session] = user;
    }

    private void Forget(SessionId session, string connection)
    {
        _silent.Remove((session, connection));
        if (_joined.TryGetValue(connection, out var sessions) && sessions.Remove(session) && sessions.Count == 0) _joined.Remove(connection);
    }

    private void ForgetSilent(SessionId session, UserId user)
    {
        foreach (var (key, _) in _silent.Where(s => s.Key.Session == session && s.Value.Person.User == user).ToList()) _silent.Remove(key);
    }

    private void SetSilentRole(SessionId session, UserId user, Role role)
    {
        foreach (var (key, silent) in _silent.Where(s => s.Key.Session == session && s.Value.Person.User == user).ToList())
            _silent[key] = silent with { Person = silent.Person with { Role = role } };
    }
}
