using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Live;
using CollabHub.Domain.People;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Workspaces;

/// <summary>Adds, changes and removes members.</summary>
/// <remarks>
/// Who is lowered or removed here loses as much in the workspace's sessions: otherwise a participant row left from better
/// days would keep the files open.
/// </remarks>
public sealed class ManagingMembers(
    AccessGuard guard, IMemberStore members, IParticipantStore participants, IInvitationStore invitations, IPeople people, Changes changes)
{
    /// <summary>Gives a person a role: adds a registered account, or changes a member. Nobody gives more than he has.</summary>
    public Task<Result<Member>> SetAsync(Call call, WorkspaceId id, UserId user, Role role, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<Member>(
            async token =>
            {
                var access = await guard.RequireAsync(call.Actor, id, Permission.MembersManage, token);
                if (!access.TryGet(out var own, out var refused)) return refused;
                if (call.Actor.IsGuest) return WorkspaceErrors.Guest;
                var present = await RoleOfAsync(id, user, token);
                if (present > own.Member) return WorkspaceErrors.TargetTooStrong;
                if (present == Role.Owner && role != Role.Owner) return WorkspaceErrors.LastOwner;
                if (present != role && !AccessPolicy.CanGrant(own.Member, role)) return WorkspaceErrors.GrantTooStrong;
                if (present == Role.None && await people.FindAsync(user, token) is not { IsActive: true, IsGuest: false }) return WorkspaceErrors.NoSuchAccount;
                if (present != role) await WriteAsync(call, id, user, present, role, token);
                return await members.FindMemberAsync(id, user, token) is { } member ? member : WorkspaceErrors.MemberNotFound;
            },
            ct);
    }

    /// <summary>Removes a member and what is pending for him, or leaves when it is the caller himself.</summary>
    public Task<Result<Done>> RemoveAsync(Call call, WorkspaceId id, UserId user, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<Done>(
            async token =>
            {
                var leaves = user == call.User;
                var access = await guard.RequireAsync(call.Actor, id, leaves ? Permission.MembersRead : Permission.MembersManage, token);
                if (!access.TryGet(out var own, out var refused)) return refused;
                var present = await RoleOfAsync(id, user, token);
                if (present == Role.None) return WorkspaceErrors.MemberNotFound;
                if (present > own.Member) return WorkspaceErrors.TargetTooStrong;
                if (present == Role.Owner) return WorkspaceErrors.LastOwner;
                var now = changes.Now;
                if (!await members.RevokeAsync(id, user, present, now, token)) return WorkspaceErrors.MemberNotFound;
                await CapAsync(id, user, Role.None, now, token);
                if (!leaves) await invitations.RevokeForAsync(InvitationPlace.Of(id), user, (await people.FindAsync(user, token))?.Email, now, token);
                var fields = new FieldChanges().Add("role", present.ToName(), null);
                await changes.AuditAsync(call, id, leaves ? "member.leave" : "member.remove", "member", user.ToString(), fields, token);
                Announce(id, user, null);
                return default(Done);
            },
            ct);
    }

    private async Task<Role> RoleOfAsync(WorkspaceId id, UserId user, CancellationToken ct) =>
        await members.FindAsync(id, user, ct) is { IsActive: true } membership ? membership.Role : Role.None;

    private async Task WriteAsync(Call call, WorkspaceId id, UserId user, Role from, Role to, CancellationToken ct)
    {
        var now = changes.Now;
        await members.SetAsync(id, user, to, call.User, now, ct);
        if (to < from) await CapAsync(id, user, to, now, ct);
        var fields = new FieldChanges().Add("role", from == Role.None ? null : from.ToName(), to.ToName());
        await changes.AuditAsync(call, id, from == Role.None ? "member.add" : "member.update", "member", user.ToString(), fields, ct);
        Announce(id, user, to.ToName());
    }

    private async Task CapAsync(WorkspaceId id, UserId user, Role role, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var session in await participants.CapAsync(id, user, role, now, ct)) changes.Publish(new ParticipantChanged(session, user));
    }

    private void Announce(WorkspaceId id, UserId user, string? role)
    {
        changes.Publish(new AccessChanged(user, id, null));
        changes.Publish(new MembershipChanged(id, user, role));
    }
}
