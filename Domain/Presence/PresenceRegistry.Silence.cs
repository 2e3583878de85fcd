using CollabHub.Domain.Access;

namespace CollabHub.Domain.Presence;

/// <summary>
/// Connections that promised to say again and again that they are there, and went silent: their line is dead though nothing closed it. They
/// count as gone until they are heard again; whether the connection itself ends is for its transport to say.
/// </summary>
public sealed partial class PresenceRegistry
{
    private readonly Dictionary<(SessionId Session, string Connection), Beat> _beats = [];
    private readonly Dictionary<(SessionId Session, string Connection), Silent> _silent = [];
    private readonly ITimer _sweep;
    private DateTimeOffset _lastSweep;

    private sealed record Beat(UserId User, DateTimeOffset Heard);

    private sealed record Silent(WorkspaceId Workspace, PresentParticipant Person);

    /// <summary>A connection says whether it is in front, and which file it shows.</summary>
    /// <param name="session">The session.</param>
    /// <param name="user">Whose connection it is.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="status">In front or not.</param>
    /// <param name="file">The file in view, or null.</param>
    /// <param name="beats">Whether it promises to say so again within <see cref="PresenceOptions.SilenceLimit"/>, and is gone when it does not.</param>
    public ValueTask SetAsync(SessionId session, UserId user, string connection, PresenceStatus status, FileId? file, bool beats = false) =>
        _inbox.Writer.WriteAsync(() => OnSetAsync(session, user, connection, status, file, beats));

    private async ValueTask OnSetAsync(SessionId session, UserId user, string connection, PresenceStatus status, FileId? file, bool beats)
    {
        if (_silent.Remove((session, connection), out var silent)) await ComeAsync(session, silent.Workspace, silent.Person, connection);
        if (!_sessions.TryGetValue(session, out var live)) return;
        var before = live.Roster.Find(user);
        if (!live.Roster.Set(user, connection, status, file, _time.GetUtcNow())) return;
        if (beats) _beats[(session, connection)] = new Beat(user, _time.GetUtcNow());
        else _beats.Remove((session, connection));
        var now = live.Roster.Find(user)!;
        // A heartbeat that says what is known is no news to anyone.
        if (beats && before is not null && before with { LastActive = now.LastActive } == now) return;
        live.Unsent.Add(user);
        Changed(session, live, user);
    }

    private ValueTask DropSilent()
    {
        var now = _time.GetUtcNow();
        var wasAsleep = now - _lastSweep > _options.SilenceLimit / 2;
        _lastSweep = now;
        foreach (var (key, beat) in _beats.ToList())
        {
            // A node that did not come to look did not come to listen either.
            if (wasAsleep) _beats[key] = beat with { Heard = now };
            else if (now - beat.Heard >= _options.SilenceLimit) Drop(key, beat.User, now);
        }
        return ValueTask.CompletedTask;
    }

    private void Drop((SessionId Session, string Connection) key, UserId user, DateTimeOffset now)
    {
        _beats.Remove(key);
        if (!_sessions.TryGetValue(key.Session, out var live) || live.Roster.Find(user) is not { } person) return;
        // The silence was the grace.
        if (!live.Roster.Leave(user, key.Connection, now - _options.LeaveGrace)) return;
        _silent[key] = new Silent(live.Workspace, person);
        SendPart(key.Session, live, user);
        Changed(key.Session, live, user);
    }

    private void Forget(SessionId session, string connection)
    {
        _beats.Remove((session, connection));
        _silent.Remove((session, connection));
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
