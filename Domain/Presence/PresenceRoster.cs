using CollabHub.Domain.Access;

namespace CollabHub.Domain.Presence;

/// <summary>Who is in one session, counted by person. Owned by one loop; not safe for concurrent use.</summary>
public sealed class PresenceRoster
{
    private readonly Dictionary<UserId, Person> _people = [];

    private sealed class Person(PresentParticipant facts)
    {
        public PresentParticipant Facts { get; set; } = facts;
        public Dictionary<string, PresenceStatus> Connections { get; } = [];
        public DateTimeOffset? GoneSince { get; set; }
    }

    /// <summary>Whether nobody is left, not even someone who may come back in a moment.</summary>
    public bool IsEmpty => _people.Count == 0;

    /// <summary>Everyone who is here, by name.</summary>
    public IReadOnlyList<PresentParticipant> Everyone =>
        [.. _people.Values.Where(p => p.GoneSince is null).Select(p => p.Facts).OrderBy(p => p.DisplayName, StringComparer.Ordinal)];

    /// <summary>When the earliest of those without a connection went, or null.</summary>
    public DateTimeOffset? NextGone => _people.Values.Min(p => p.GoneSince);

    /// <summary>A person, or null.</summary>
    public PresentParticipant? Find(UserId user) => _people.GetValueOrDefault(user)?.Facts;

    /// <summary>A connection joins.</summary>
    /// <returns>Whether the person was not here before; one who came back in time was.</returns>
    public bool Join(PresentParticipant facts, string connection, DateTimeOffset now)
    {
        var isNew = !_people.TryGetValue(facts.User, out var person);
        if (isNew) _people.Add(facts.User, person = new Person(facts));
        person!.GoneSince = null;
        person.Connections[connection] = PresenceStatus.Online;
        person.Facts = facts with { File = person.Facts.File };
        Refresh(person, now);
        return isNew;
    }

    /// <summary>A connection goes; the person stays until <see cref="TakeGone"/> says otherwise.</summary>
    public void Leave(UserId user, string connection, DateTimeOffset now)
    {
        if (!_people.TryGetValue(user, out var person) || !person.Connections.Remove(connection)) return;
        if (person.Connections.Count == 0) person.GoneSince = now;
        else Refresh(person, now);
    }

    /// <summary>A connection says whether it is in front, and which file it shows.</summary>
    public bool Set(UserId user, string connection, PresenceStatus status, FileId? file, DateTimeOffset now)
    {
        if (!_people.TryGetValue(user, out var person) || !person.Connections.ContainsKey(connection)) return false;
        person.Connections[connection] = status;
        person.Facts = person.Facts with { File = file };
        Refresh(person, now);
        return true;
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

    private static void Refresh(Person person, DateTimeOffset now) => person.Facts = person.Facts with
    {
        Status = person.Connections.ContainsValue(PresenceStatus.Online) ? PresenceStatus.Online : PresenceStatus.Away,
        Connections = person.Connections.Count,
        LastActive = now,
    };
}
