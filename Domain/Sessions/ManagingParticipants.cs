using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Live;
using CollabHub.Domain.People;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Sessions;

/// <summary>Changes and removes participants.</summary>
public sealed class ManagingParticipants(
    AccessGuard guard, IParticipantStore participants, IInvitationStore invitations, IPeople people, Changes changes)
{
    /// <summary>Makes a participant editor or viewer.</summary>
    public Task<Result<Participant>> SetRoleAsync(Call call, SessionId id, UserId user, Role role, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<Participant>(
            async token =>
            {
                var access = await guard.RequireAsync(call.Actor, id, Permission.SessionManage, token);
                if (!access.TryGet(out var granted, out var refused)) return refused;
                if (await participants.FindAsync(id, user, token) is not { } before) return SessionErrors.ParticipantNotFound;
                if (before.Role == role) return before;
                if (!AccessPolicy.CanGrant(granted.Effective, role)) return WorkspaceErrors.GrantTooStrong;
                if (before.Role == Role.Owner) return SessionErrors.LastOwner;
                if (!await participants.MoveAsync(id, user, before.Role, role, token)) return SessionErrors.ParticipantNotFound;
                var fields = new FieldChanges().Add("role", before.Role.ToName(), role.ToName());
                await AuditAsync(call, granted, "participant.update", user, fields, token);
                Announce(granted, user);
                return before with { Role = role };
            },
            ct);
    }

    /// <summary>
    /// Removes a participant, what is pending for him, and disconnects him; or leaves when it is the caller himself. Whoever holds a share link
    /// may come back: to keep someone out, its owner revokes the link too.
    /// </summary>
    public Task<Result<Done>> RemoveAsync(Call call, SessionId id, UserId user, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<Done>(
            async token =>
            {
                var leaves = user == call.User;
                var access = await guard.RequireAsync(call.Actor, id, leaves ? Permission.SessionRead : Permission.SessionManage, token);
                if (!access.TryGet(out var granted, out var refused)) return refused;
                if (await participants.FindAsync(id, user, token) is not { } before) return SessionErrors.ParticipantNotFound;
                if (before.Role == Role.Owner) return SessionErrors.LastOwner;
                var now = changes.Now;
                if (!await participants.RemoveAsync(id, user, now, token)) return SessionErrors.ParticipantNotFound;
                if (!leaves) await invitations.RevokeForAsync(InvitationPlace.Of(id), user, (await people.FindAsync(user, token))?.Email, now, token);
                var fields = new FieldChanges().Add("role", before.Role.ToName(), null);
                await AuditAsync(call, granted, leaves ? "participant.leave" : "participant.remove", user, fields, token);
                Announce(granted, user);
                return default(Done);
            },
            ct);
    }

    private Task AuditAsync(Call call, SessionAccess access, string action, UserId user, FieldChanges fields, CancellationToken ct) =>
        changes.AuditAsync(call, access.Workspace, action, "participant", $"{access.SessionId}/{user}", fields, ct);

    private void Announce(SessionAccess access, UserId user)
    {
        changes.Publish(new AccessChanged(user, access.Workspace, access.SessionId));
        changes.Publish(new ParticipantChanged(access.SessionId, user));
    }
}
