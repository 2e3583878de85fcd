using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Sessions;

/// <summary>Comes into a session.</summary>
public sealed class JoiningSession(
    AccessGuard guard, ISessionStore sessions, IParticipantStore participants, IWorkspaceStore workspaces, Changes changes)
{
    /// <summary>
    /// Takes the caller in: a participant keeps the role of his row; a member of the workspace gets a row (creator: owner;
    /// owner, admin, editor: editor; viewer: viewer), which is audited. 404 for everyone else, <see cref="SessionErrors.Ended"/> once it is over.
    /// </summary>
    public Task<Result<Participant>> JoinAsync(Call call, SessionId id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<Participant>(
            async token =>
            {
                var access = await guard.RequireAsync(call.Actor, id, Permission.SessionRead, token);
                if (!access.TryGet(out var granted, out var refused)) return refused;
                if (granted.IsEnded) return SessionErrors.Ended;
                if (await sessions.FindAsync(id, token) is not { } session) return AccessErrors.SessionNotFound;
                var now = changes.Now;
                var role = session.Owner == call.User && granted.WorkspaceMember >= Role.Editor ? Role.Owner : SessionRoles.From(granted.WorkspaceMember);
                if (granted.Participant == Role.None && await participants.AddAsync(changes.NewId(), id, call.User, role, now, token))
                {
                    var fields = new FieldChanges().Set("role", role.ToName());
                    await changes.AuditAsync(call, granted.Workspace, "participant.join", "participant", $"{id}/{call.User}", fields, token);
                }
                else
                {
                    await participants.TouchAsync(id, call.User, now, token);
                }
                if (session.Status == SessionStatus.Idle)
                {
                    var woken = new FieldChanges().Add("status", SessionStatus.Idle.ToName(), SessionStatus.Active.ToName());
                    await changes.AuditAsync(call, granted.Workspace, "session.resume", "session", id.ToString(), woken, token);
                    changes.Publish(new SessionChanged(id));
                }
                await sessions.TouchAsync(id, now, token);
                await workspaces.TouchAsync(session.Workspace, now, token);
                return await participants.FindAsync(id, call.User, token) is { } participant ? participant : AccessErrors.SessionNotFound;
            },
            ct);
    }
}

/// <summary>How roles on a workspace translate into its sessions.</summary>
public static class SessionRoles
{
    /// <summary>What membership alone makes of someone in a session: owner, admin and editor edit, viewers view.</summary>
    public static Role From(Role member) => member >= Role.Editor ? Role.Editor : member;
}
