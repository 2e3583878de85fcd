using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.People;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Deployments;

/// <summary>Gives people a place on a deployment, and takes it away.</summary>
public sealed class ManagingDeploymentParticipants(
    DeploymentGuard guard, IDeploymentParticipantStore participants, IPeople people, Changes changes)
{
    /// <summary>The participants, longest first; for everyone with a role on the deployment.</summary>
    public async Task<Result<IReadOnlyList<DeploymentParticipant>>> ListAsync(Actor actor, DeploymentId id, Slice slice, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, id, Permission.DeploymentUse, ct);
        return access.Error is { } refused ? refused : Result<IReadOnlyList<DeploymentParticipant>>.Of(await participants.ListAsync(id, slice, ct));
    }

    /// <summary>Makes someone an operator or a viewer.</summary>
    public Task<Result<DeploymentParticipant>> SetAsync(Call call, DeploymentId id, UserId user, Role role, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<DeploymentParticipant>(
            async token =>
            {
                var access = await guard.RequireAsync(call.Actor, id, Permission.DeploymentManage, token);
                if (!access.TryGet(out var granted, out var refused)) return refused;
                if (!granted.Deployment.IsLive) return DeploymentErrors.Ended;
                if (!AccessPolicy.CanGrant(granted.Role, role)) return WorkspaceErrors.GrantTooStrong;
                if (await people.FindAsync(user, token) is not { IsActive: true }) return WorkspaceErrors.NoSuchAccount;
                var before = await participants.FindAsync(id, user, token);
                if (before?.Role == Role.Owner) return DeploymentErrors.LastOwner;
                if (before?.Role != role)
                {
                    await participants.SetAsync(changes.NewId(), id, user, role, changes.Now, token);
                    var fields = new FieldChanges().Add("role", before?.Role.ToDeploymentRole(), role.ToDeploymentRole());
                    await AuditAsync(call, granted, before is null ? "deployment_participant.add" : "deployment_participant.update", user, fields, token);
                }
                return await participants.FindAsync(id, user, token) is { } after ? after : DeploymentErrors.ParticipantNotFound;
            },
            ct);
    }

    /// <summary>Takes someone's place away, or leaves when it is the caller himself.</summary>
    public Task<Result<Done>> RemoveAsync(Call call, DeploymentId id, UserId user, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<Done>(
            async token =>
            {
                var permission = user == call.User ? Permission.DeploymentUse : Permission.DeploymentManage;
                var access = await guard.RequireAsync(call.Actor, id, permission, token);
                if (!access.TryGet(out var granted, out var refused)) return refused;
                if (await participants.FindAsync(id, user, token) is not { } before) return DeploymentErrors.ParticipantNotFound;
                if (before.Role == Role.Owner) return DeploymentErrors.LastOwner;
                if (!await participants.RemoveAsync(id, user, changes.Now, token)) return DeploymentErrors.ParticipantNotFound;
                var fields = new FieldChanges().Add("role", before.Role.ToDeploymentRole(), null);
                await AuditAsync(call, granted, "deployment_participant.remove", user, fields, token);
                return default(Done);
            },
            ct);
    }

    private Task AuditAsync(Call call, DeploymentAccess access, string action, UserId user, FieldChanges fields, CancellationToken ct)
    {
        // Open connections to the app are looked at again.
        changes.Publish(new AccessChanged(user, access.Deployment.Workspace, access.Deployment.Session));
        return changes.AuditAsync(call, access.Deployment.Workspace, action, "deployment_participant", $"{access.Deployment.Id}/{user}", fields, ct);
    }
}
