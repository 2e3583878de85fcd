using CollabHub.Domain.Access;

namespace CollabHub.Domain.Presence;

/// <summary>Who is in one session, counted by person, on this node and on others. Owned by one loop; not safe for concurrent use.</summary>
public sealed class PresenceRoster
{
    private readonly Dictionary<UserId, Person> _people = [];

    private sealed class Person(PresentParticipant facts)
    {
        public PresentParticipant Facts { get; set; } = facts;
        public Dictionary<string, PresenceStatus> Connections { get; } = [];
        public Dictionary<string, PresentParticipant> Elsewhere { get; } = [];
        public FileId? File { get; set; }
        public DateTimeOffset LastActive { get; set; } = facts.LastActive;
        public DateTimeOffset? GoneSince { get; set; }
        public bool IsNowhere => Connections.Count == 0 && Elsewhere.Count == 0;
    }

    /// <summary>Whether nobody is left, not even someone who may come back in a moment.</summary>
    public bool IsEmpty => _people.Count == 0;

    /// <summary>Everyone who is here, by name.</summary>
    public IReadOnlyList<PresentParticipant> Everyone =>
        [.. _people.Values.Where(p => p.GoneSince is null).Select(p => p.Facts).OrderBy(p => p.DisplayName, StringComparer.Ordinal).ThenBy(p => p.User.Value)];

    /// <summary>When the earliest of those without a connection went, or null.</summary>
    public DateTimeOffset? NextGone => _people.Values.Min(p => p.GoneSince);

    /// <summary>Whether a person has a connection somewhere.</summary>
    public bool IsHere(UserId user) => _people.TryGetValue(user, out var person) && person.GoneSince is null;

    /// <summary>A person, or null.</summary>
    public PresentParticipant? Find(UserId user) => _people.GetValueOrDefault(user)?.Facts;

    /// <summary>What this node has of a person; null for someone who is not known here.</summary>
    public PresentParticipant? OwnPartOf(UserId user) => _people.TryGetValue(user, out var person)
        ? person.Facts with { Connections = person.Connections.Count, Status = StatusOf(person.Connections.Values), File = person.File, LastActive = person.LastActive }
        : null;

    /// <summary>Everyone with a connection to this node, as far as this node goes.</summary>
    public IEnumerable<PresentParticipant> OwnParts => _people.Where(p => p.Value.Connections.Count > 0).Select(p => OwnPartOf(p.Key)!);

    /// <summary>What a connection last said of itself, or null for one that is not known here.</summary>
    public PresenceStatus? StatusOf(UserId user, string connection) =>
        _people.TryGetValue(user, out var person) && person.Connections.TryGetValue(connection, out var status) ? status : null;

    /// <summary>A connection joins.</summary>
    /// <returns>Whether the person was not here before; one who came back in time was.</returns>
    public bool Join(PresentParticipant facts, string connection, DateTimeOffset now, PresenceStatus status = PresenceStatus.Online)
    {
        var isNew = !_people.TryGetValue(facts.User, out var person);
        if (isNew) _people.Add(facts.User, person = new Person(facts));
        person!.GoneSince = null;
        // A further tab shows no file yet; what the person shows elsewhere stays.
        if (person.Connections.Count == 0) person.File = person.Facts.File;
        person.Connections[connection] = status;
        person.LastActive = now;
        person.Facts = facts with { File = person.Facts.File };
        Refresh(person);
        return isNew;
    }

    /// <summary>A connection goes; the person stays until <see cref="TakeGone"/> says otherwise.</summary>
    /// <returns>Whether there was such a connection.</returns>
    public bool Leave(UserId user, string connection, DateTimeOffset now)
    {
        if (!_people.TryGetValue(user, out var person) || !person.Connections.Remove(connection)) return false;
        person.LastActive = now;
        Settle(person, now);
        return true;
    }

    /// <summary>A connection says whether it is in front, and which file it shows.</summary>
    public bool Set(UserId user, string connection, PresenceStatus status, FileId? file, DateTimeOffset now)
    {
        if (!_people.TryGetValue(user, out var person) || !person.Connections.ContainsKey(connection)) return false;
        person.Connections[connection] = status;
        person.File = file;
        person.LastActive = now;
        Refresh(person);
        return true;
    }

    /// <summary>What another node has of a person is now this; without connections: nothing.</summary>
    /// <returns>Whether the person was not here before.</returns>
    public bool SetElsewhere(string node, PresentParticipant part, DateTimeOffset now)
    {
        var isNew = !_people.TryGetValue(part.User, out var person);
        if (part.Connections == 0)
        {
            if (!isNew && person!.Elsewhere.Remove(node)) Settle(person, now);
            return false;
        }
        if (isNew) _people.Add(part.User, person = new Person(part));
        person!.Elsewhere[node] = part;
        person.GoneSince = null;
        // Whoever spoke last knows name and role best.
        person.Facts = part;
        Refresh(person);
        return isNew;
    }

    /// <summary>Another node is gone with everyone on it; who is nowhere else is taken out at once.</summary>
    /// <returns>Those who left, and those who are still here.</returns>
    public (IReadOnlyList<PresentParticipant> Left, IReadOnlyList<UserId> Changed) DropNode(string node)
    {
        List<PresentParticipant> left = [];
        List<UserId> changed = [];
        foreach (var (user, person) in _people.Where(p => p.Value.Elsewhere.ContainsKey(node)).ToList())
        {
            person.Elsewhere.Remove(node);
            if (person.IsNowhere)
            {
                _people.Remove(user);
                left.Add(person.Facts with { Connections = 0 });
                continue;
            }
            Refresh(person);
            changed.Add(user);
        }
        return (left, changed);
    }

    /// <summary>The role of a person changed.</summary>
    public bool SetRole(UserId user, Role role)
    {
        if (!_people.TryGetValue(user, out var person) || person.Facts.Role == role) return false;
        person.Facts = person.Facts with { Role = role };
        return true;
    }

    /// <summary>Takes out a person with all connections.</summary>
    public PresentParticipant? Remove(UserId user) => _people.Remove(user, out var person) ? person.Facts : null;

    /// <summary>Takes out those whose last connection went at or before <paramref name="limit"/>.</summary>
    public IReadOnlyList<PresentParticipant> TakeGone(DateTimeOffset limit)
    {
        var gone = _people.Values.Where(p => p.GoneSince <= limit).Select(p => p.Facts with { Connections = 0 }).ToList();
        foreach (var facts in gone) _people.Remove(facts.User);
        return gone;
    }

    private static void Settle(Person person, DateTimeOffset now)
    {
        if (person.IsNowhere) person.GoneSince = now;
        else Refresh(person);
    }

    private static PresenceStatus StatusOf(IEnumerable<PresenceStatus> connections) =>
        connections.Contains(PresenceStatus.Online) ? PresenceStatus.Online : PresenceStatus.Away;

    private static void Refresh(Person person)
    {
        var newest = person.Elsewhere.Values.MaxBy(part => part.LastActive);
        var isHere = person.Connections.Count > 0 && (newest is null || person.LastActive >= newest.LastActive);
        person.Facts = person.Facts with
        {
            Status = StatusOf(person.Connections.Values.Concat(person.Elsewhere.Values.Select(part => part.Status))),
            Connections = person.Connections.Count + person.Elsewhere.Values.Sum(part => part.Connections),
            File = isHere ? person.File : newest?.File,
            LastActive = isHere ? person.LastActive : newest?.LastActive ?? person.LastActive,
        };
    }
}
