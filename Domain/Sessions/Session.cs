using CollabHub.Domain.Access;

namespace CollabHub.Domain.Sessions;

/// <summary>Where a session stands.</summary>
public enum SessionStatus
{
    /// <summary>Someone is in it.</summary>
    Active,
    /// <summary>Open, nobody is in it.</summary>
    Idle,
    /// <summary>Over; its owner may reopen it.</summary>
    Ended,
}

/// <summary>A live coding session on the files of one workspace.</summary>
/// <param name="Id">The session.</param>
/// <param name="Workspace">Whose files it works on.</param>
/// <param name="Name">At most 100 graphemes.</param>
/// <param name="Description">At most 2000 characters.</param>
/// <param name="Language">Such as <c>python</c>; decides how it is run.</param>
/// <param name="Framework">Such as <c>flask</c>.</param>
/// <param name="IsDynamic">Whether its app runs a server process of its own (else a static site).</param>
/// <param name="Owner">Who created it.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="CreatedAt">UTC, microseconds.</param>
/// <param name="UpdatedAt">Last change of these fields.</param>
/// <param name="LastActive">Last time that someone joined.</param>
public sealed record Session(
    SessionId Id, WorkspaceId Workspace, string Name, string? Description, string? Language, string? Framework, bool IsDynamic, UserId Owner,
    SessionStatus Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset LastActive);

/// <summary>A session as one person sees it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Role">The person's effective role: owner, editor or viewer.</param>
public sealed record SessionView(Session Session, Role Role);

/// <summary>Someone's place in a session.</summary>
/// <param name="Session">The session.</param>
/// <param name="User">The participant.</param>
/// <param name="Username">His username.</param>
/// <param name="DisplayName">His name.</param>
/// <param name="Role">The role of his row: owner, editor or viewer.</param>
/// <param name="JoinedAt">Since when he takes part.</param>
/// <param name="LastActive">When he last joined.</param>
public sealed record Participant(
    SessionId Session, UserId User, string Username, string DisplayName, Role Role, DateTimeOffset JoinedAt, DateTimeOffset LastActive);

/// <summary>The names of session states on the wire and in the tables.</summary>
public static class SessionStatusNames
{
    /// <summary><c>active</c>, <c>idle</c>, <c>ended</c>.</summary>
    public static string ToName(this SessionStatus status) => status switch
    {
        SessionStatus.Active => "active",
        SessionStatus.Idle => "idle",
        SessionStatus.Ended => "ended",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No name is declared for this status."),
    };

    /// <summary>The status with that name, or null.</summary>
    public static SessionStatus? Parse(string? name) => name switch
    {
        "active" => SessionStatus.Active,
        "idle" => SessionStatus.Idle,
        "ended" => SessionStatus.Ended,
        _ => null,
    };
}
