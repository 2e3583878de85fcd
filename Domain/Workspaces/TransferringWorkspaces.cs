using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.People;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Workspaces;

/// <summary>Hands a workspace over.</summary>
public sealed class TransferringWorkspaces(
    AccessGuard guard, IWorkspaceStore workspaces, IMemberStore members, IPeople people, TeamLimits limits, Changes changes)
{
    /// <summary>Makes another active member the owner and the old owner an admin, in one step; of many at once exactly one succeeds.</summary>
    public Task<Result<WorkspaceView>> TransferAsync(Call call, WorkspaceId id, UserId newOwner, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<WorkspaceView>(
            async token =>
            {
                var access = await guard.RequireAsync(call.Actor, id, Permission.WorkspaceOwn, token);
                if (!access.TryGet(out _, out var refused)) return refused;
                if (call.Actor.IsGuest) return WorkspaceErrors.Guest;
                var target = await members.FindAsync(id, newOwner, token);
                if (target is not { IsActive: true } || newOwner == call.User) return WorkspaceErrors.NewOwnerNotMember;
                if (await people.FindAsync(newOwner, token) is not { IsActive: true }) return WorkspaceErrors.NewOwnerNotMember;
                if (await workspaces.CountOwnedAsync(newOwner, token) >= limits.WorkspacesPerUser) return WorkspaceErrors.QuotaOfNewOwner;
                var now = changes.Now;
                // The condition in the update decides a race: who is owner no longer cannot hand over.
                if (!await members.MoveAsync(id, call.User, Role.Owner, Role.Admin, call.User, now, token)
                    || !await members.MoveAsync(id, newOwner, target.Role, Role.Owner, call.User, now, token)
                    || await workspaces.FindAsync(id, token) is not { } before)
                {
                    return AccessErrors.RoleTooWeak(Permission.WorkspaceOwn);
                }
                var after = before with { Owner = newOwner, UpdatedAt = now };
                await workspaces.UpdateAsync(after, token);
                var fields = new FieldChanges().Add("ownerId", before.Owner.ToString(), newOwner.ToString());
                await changes.AuditAsync(call, id, "workspace.transfer", "workspace", id.ToString(), fields, token);
                Announce(id, call.User, Role.Admin);
                Announce(id, newOwner, Role.Owner);
                return new WorkspaceView(after, Role.Admin);
            },
            ct);
    }

    private void Announce(WorkspaceId id, UserId user, Role role)
    {
        changes.Publish(new AccessChanged(user, id, null));
        changes.Publish(new MembershipChanged(id, user, role.ToName()));
    }
}
