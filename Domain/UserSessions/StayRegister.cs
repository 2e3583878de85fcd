using CollabHub.Domain.Presence;

namespace CollabHub.Domain.UserSessions;

/// <summary>What has to be written about one person in one workspace.</summary>
/// <param name="Workspace">Where.</param>
/// <param name="User">Who.</param>
/// <param name="Here">The person as he is here; null when he has left.</param>
/// <param name="LastSeen">When he was last seen.</param>
public sealed record StayChange(WorkspaceId Workspace, UserId User, PersonHere? Here, DateTimeOffset LastSeen);

/// <summary>
/// Who of this node's connections is in which workspace, and what of it is due to be written: a person who comes at once, then each at
/// most every <see cref="WriteEvery"/>, a departure included, so that a page reload is no end. Safe for concurrent use.
/// </summary>
public sealed class StayRegister(TimeProvider clock)
{
    /// <summary>The least time between two writes about one person.</summary>
    public static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(30);

    // Guards _stays.
    private readonly Lock _gate = new();
    private readonly Dictionary<(WorkspaceId Workspace, UserId User), Stay> _stays = [];

    private sealed class Stay
    {
        public Dictionary<(string Connection, SessionId Session), PresenceStatus> Connections { get; } = [];
        public int Files { get; set; }
        public bool IsHere => Connections.Count > 0 || Files > 0;
        public DateTimeOffset LastSeen { get; set; }
        public DateTimeOffset? Written { get; set; }
    }

    /// <summary>A connection is in a session, and in front or not.</summary>
    public void Enter(WorkspaceId workspace, SessionId session, UserId user, string connection, PresenceStatus status = PresenceStatus.Online)
    {
        lock (_gate)
        {
            StayOf(workspace, user).Connections[(connection, session)] = status;
        }
    }

    /// <summary>A connection opens a file, whether or not it is in a session; the answer is called when it closes the file.</summary>
    public Action OpenFile(WorkspaceId workspace, UserId user)
    {
        lock (_gate) StayOf(workspace, user).Files++;
        var isOpen = true;
        return () =>
        {
            lock (_gate)
            {
                if (!isOpen || !_stays.TryGetValue((workspace, user), out var stay)) return;
                isOpen = false;
                stay.Files--;
                stay.LastSeen = clock.GetUtcNow();
            }
        };
    }

    /// <summary>A connection that is in a session says whether it is in front; harmless for one that is not.</summary>
    public void Set(SessionId session, UserId user, string connection, PresenceStatus status)
    {
        lock (_gate)
        {
            foreach (var stay in Of(session, user, connection)) stay.Connections[(connection, session)] = status;
        }
    }

    /// <summary>A connection has left a session.</summary>
    public void Leave(SessionId session, UserId user, string connection)
    {
        lock (_gate)
        {
            foreach (var stay in Of(session, user, connection))
            {
                stay.Connections.Remove((connection, session));
                stay.LastSeen = clock.GetUtcNow();
            }
        }
    }

    /// <summary>Takes what is due now; what could not be written is given back by <see cref="Failed"/>.</summary>
    public IReadOnlyList<StayChange> TakeDue() => Take(clock.GetUtcNow() - WriteEvery);

    /// <summary>Takes everyone as gone: this node stops.</summary>
    public IReadOnlyList<StayChange> TakeAll()
    {
        lock (_gate)
        {
            var all = _stays.Select(pair => new StayChange(pair.Key.Workspace, pair.Key.User, null, pair.Value.LastSeen)).ToList();
            _stays.Clear();
            return all;
        }
    }

    /// <summary>What was taken could not be written: it is due again.</summary>
    public void Failed(IEnumerable<StayChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (_stays.TryGetValue((change.Workspace, change.User), out var stay)) stay.Written = null;
                // Gone, and not back yet: remembered for another try.
                else _stays.Add((change.Workspace, change.User), new Stay { LastSeen = change.LastSeen });
            }
        }
    }

    private Stay StayOf(WorkspaceId workspace, UserId user)
    {
        if (!_stays.TryGetValue((workspace, user), out var stay)) _stays.Add((workspace, user), stay = new Stay());
        stay.LastSeen = clock.GetUtcNow();
        return stay;
    }

    private List<StayChange> Take(DateTimeOffset writtenBefore)
    {
        var now = clock.GetUtcNow();
        var due = new List<StayChange>();
        lock (_gate)
        {
            foreach (var ((workspace, user), stay) in _stays)
            {
                if (stay.Written > writtenBefore) continue;
                stay.Written = now;
                if (stay.IsHere) stay.LastSeen = now;
                due.Add(new StayChange(workspace, user, Here(user, stay), stay.LastSeen));
            }
            foreach (var gone in due.Where(change => change.Here is null)) _stays.Remove((gone.Workspace, gone.User));
        }
        return due;
    }

    // Whoever joined a session says where he looks; whoever only has a file open looks at it.
    private static PersonHere? Here(UserId user, Stay stay) => !stay.IsHere
        ? null
        : new PersonHere(
            user, stay.Connections.Count == 0 || stay.Connections.ContainsValue(PresenceStatus.Online) ? PresenceStatus.Online : PresenceStatus.Away,
            stay.Connections.Keys.Select(key => key.Session).ToHashSet());

    private List<Stay> Of(SessionId session, UserId user, string connection) =>
        [.. _stays.Where(pair => pair.Key.User == user && pair.Value.Connections.ContainsKey((connection, session))).Select(pair => pair.Value)];
}
