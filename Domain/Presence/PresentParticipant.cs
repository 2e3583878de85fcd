using CollabHub.Domain.Access;

namespace CollabHub.Domain.Presence;

/// <summary>Whether someone looks at the session right now.</summary>
public enum PresenceStatus
{
    /// <summary>At least one connection is in front.</summary>
    Online,
    /// <summary>Every connection is in the background.</summary>
    Away,
}

/// <summary>One person in one session, whatever the number of tabs.</summary>
/// <param name="User">The account.</param>
/// <param name="Username">Unique name.</param>
/// <param name="DisplayName">What is shown.</param>
/// <param name="Role">The role in the session.</param>
/// <param name="Status">Online when any connection is.</param>
/// <param name="File">The file in view, of the connection that said so last.</param>
/// <param name="JoinedAt">When the person first joined the session.</param>
/// <param name="LastActive">The last sign of life.</param>
/// <param name="Connections">Tabs.</param>
public sealed record PresentParticipant(
    UserId User, string Username, string DisplayName, Role Role, PresenceStatus Status, FileId? File, DateTimeOffset JoinedAt,
    DateTimeOffset LastActive, int Connections);
