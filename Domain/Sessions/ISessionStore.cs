using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Sessions;

/// <summary>The table of sessions. Those of deleted workspaces are in no list and no count.</summary>
public interface ISessionStore
{
    /// <summary>Adds the session.</summary>
    Task AddAsync(Session session, CancellationToken ct);

    /// <summary>The session, or null. That of a deleted workspace is found too, so that its end can be told; access to it is refused elsewhere.</summary>
    Task<Session?> FindAsync(SessionId session, CancellationToken ct);

    /// <summary>
    /// Sessions that the person takes part in, and those of workspaces of which he is an active member, newest first,
    /// with the effective role (see <see cref="SessionAccess.Effective"/>).
    /// </summary>
    Task<IReadOnlyList<SessionView>> ListAsync(UserId user, SessionStatus? status, Slice slice, CancellationToken ct);

    /// <summary>Writes name, description, language, framework, isDynamic, status and <see cref="Session.UpdatedAt"/>.</summary>
    Task UpdateAsync(Session session, CancellationToken ct);

    /// <summary>Notes that someone joined: <see cref="Session.LastActive"/>, and an idle session is active again.</summary>
    Task TouchAsync(SessionId session, DateTimeOffset now, CancellationToken ct);

    /// <summary>How many sessions of that owner have not ended.</summary>
    Task<int> CountOpenAsync(UserId owner, CancellationToken ct);

    /// <summary>The sessions on a workspace that have not ended.</summary>
    Task<IReadOnlyList<SessionId>> OpenInAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>Ends every open session of a workspace; answers which.</summary>
    Task<IReadOnlyList<SessionId>> EndAllAsync(WorkspaceId workspace, DateTimeOffset now, CancellationToken ct);
}

/// <summary>The table of session participants; at most one live row per session and person.</summary>
public interface IParticipantStore
{
    /// <summary>The live participant, or null.</summary>
    Task<Participant?> FindAsync(SessionId session, UserId user, CancellationToken ct);

    /// <summary>Live participants, longest first.</summary>
    Task<IReadOnlyList<Participant>> ListAsync(SessionId session, Slice slice, CancellationToken ct);

    /// <summary>Adds a live participant; false (and nothing changed) when there is one already.</summary>
    Task<bool> AddAsync(Guid id, SessionId session, UserId user, Role role, DateTimeOffset now, CancellationToken ct);

    /// <summary>Notes that a live participant is here.</summary>
    Task TouchAsync(SessionId session, UserId user, DateTimeOffset now, CancellationToken ct);

    /// <summary>Changes a live participant's role if it still is <paramref name="from"/>; false when it is not.</summary>
    Task<bool> MoveAsync(SessionId session, UserId user, Role from, Role to, CancellationToken ct);

    /// <summary>Ends the participation; false when there is none.</summary>
    Task<bool> RemoveAsync(SessionId session, UserId user, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// In all sessions of a workspace, makes the person a viewer when <paramref name="role"/> on the workspace is viewer, and ends the
    /// participation with <see cref="Role.None"/>; editors and up keep what they are. Answers the sessions touched.
    /// </summary>
    Task<IReadOnlyList<SessionId>> CapAsync(WorkspaceId workspace, UserId user, Role role, DateTimeOffset now, CancellationToken ct);
}
