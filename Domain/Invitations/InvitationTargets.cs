using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Invitations;

/// <summary>The place of an invitation, and what someone may give there.</summary>
/// <param name="Place">The workspace or session.</param>
/// <param name="Workspace">The workspace, in both cases.</param>
/// <param name="OwnRole">The role of whoever asked: he gives nothing above it.</param>
/// <param name="IsEnded">Whether it is a session that has ended.</param>
public sealed record InvitationTarget(InvitationPlace Place, WorkspaceId Workspace, Role OwnRole, bool IsEnded)
{
    /// <summary>Whether whoever asked may give that role here.</summary>
    public bool CanGrant(Role role) => AccessPolicy.CanGrant(OwnRole, role);
}

/// <summary>Asks the one policy who may invite where.</summary>
public sealed class InvitationTargets(AccessGuard guard)
{
    /// <summary>The target when the actor manages its invitations, else the refusal.</summary>
    public async Task<Result<InvitationTarget>> RequireAsync(Actor actor, InvitationPlace place, CancellationToken ct)
    {
        if (place.Session is { } session)
        {
            var inSession = await guard.RequireAsync(actor, session, Permission.SessionManage, ct);
            return inSession.Map(access => new InvitationTarget(place, access.Workspace, access.Effective, access.IsEnded));
        }
        var id = place.Workspace ?? throw new ArgumentException("The place names neither a workspace nor a session.", nameof(place));
        var inWorkspace = await guard.RequireAsync(actor, id, Permission.MembersManage, ct);
        return inWorkspace.Map(access => new InvitationTarget(place, id, access.Member, IsEnded: false));
    }
}

/// <summary>Brings someone who accepted into the place.</summary>
public sealed class Admission(IMemberStore members, IParticipantStore participants, IIdSource ids)
{
    /// <summary>Gives the invited role unless the person has that or more already; answers whether anything changed.</summary>
    public Task<bool> AdmitAsync(Invitation invitation, UserId user, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        return invitation.Place.Session is { } session
            ? AdmitAsync(session, user, invitation.Role, now, ct)
            : AdmitAsync(invitation.Workspace, user, invitation, now, ct);
    }

    private async Task<bool> AdmitAsync(SessionId session, UserId user, Role role, DateTimeOffset now, CancellationToken ct)
    {
        if (await participants.AddAsync(ids.Next(), session, user, role, now, ct)) return true;
        return await participants.FindAsync(session, user, ct) is { } present
            && present.Role < role
            && await participants.MoveAsync(session, user, present.Role, role, ct);
    }

    private async Task<bool> AdmitAsync(WorkspaceId workspace, UserId user, Invitation invitation, DateTimeOffset now, CancellationToken ct)
    {
        if (await members.FindAsync(workspace, user, ct) is { IsActive: true } present && present.Role >= invitation.Role) return false;
        await members.SetAsync(workspace, user, invitation.Role, invitation.InvitedBy, now, ct);
        return true;
    }
}
