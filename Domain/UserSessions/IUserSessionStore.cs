using CollabHub.Domain.Presence;

namespace CollabHub.Domain.UserSessions;

/// <summary>One person who is in a workspace right now.</summary>
/// <param name="User">Who.</param>
/// <param name="Status">Online when any connection is in front.</param>
/// <param name="Sessions">In which sessions on the workspace; none when he only has files open, which counts for every session he takes part in.</param>
public sealed record PersonHere(UserId User, PresenceStatus Status, IReadOnlyCollection<SessionId> Sessions);

/// <summary>The table of people's stays in workspaces; at most one is open for each person and workspace.</summary>
public interface IUserSessionStore
{
    /// <summary>
    /// Notes who is here at <paramref name="now"/>: opens or goes on with their stays, kept by <paramref name="node"/> from here on, and moves the
    /// last activity of the participants, their sessions and the workspace. In a transaction it keeps the workspace.
    /// </summary>
    /// <param name="workspace">Where.</param>
    /// <param name="people">Who.</param>
    /// <param name="newId">Ids of stays that begin.</param>
    /// <param name="node">This node's name.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Cancels.</param>
    Task RecordAsync(WorkspaceId workspace, IReadOnlyList<PersonHere> people, Func<Guid> newId, string node, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends the stay of a person who has left, if this node still keeps it.</summary>
    Task EndAsync(WorkspaceId workspace, UserId user, string node, DateTimeOffset lastSeen, CancellationToken ct);

    /// <summary>Ends what a node left open when it went down; answers how many. Each ends when it was last seen.</summary>
    Task<int> EndOfNodeAsync(string node, CancellationToken ct);

    /// <summary>Ends what no node has spoken of since <paramref name="before"/>; answers how many. Each ends when it was last seen.</summary>
    Task<int> EndQuietAsync(DateTimeOffset before, CancellationToken ct);
}
