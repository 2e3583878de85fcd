using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Deployments;

/// <summary>A deployment and what one person may do with it.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Role">Owner, editor (an operator), viewer; none: the person only sees that it is there.</param>
/// <param name="MaySeeSession">Whether the person sees the session, and so the state of its deployment.</param>
public sealed record DeploymentAccess(Deployment Deployment, Role Role, bool MaySeeSession);

/// <summary>Roles on deployments.</summary>
/// <remarks>
/// The stronger of the participant row and what the session gives: its owner owns, its editor operates, and its viewer may use the app unless
/// the deployment is private.
/// </remarks>
public sealed class DeploymentGuard(IAccessStore access, IDeploymentStore deployments, IDeploymentParticipantStore participants)
{
    /// <summary>What the person may do; null when the deployment, its session or its workspace is not there.</summary>
    public async Task<DeploymentAccess?> FindAsync(Actor actor, DeploymentId id, CancellationToken ct)
    {
        if (await deployments.FindAsync(id, ct) is not { } deployment) return null;
        if (await access.ForSessionAsync(actor.User, deployment.Session, ct) is not { } session) return null;
        var own = actor.User is { } user ? (await participants.FindAsync(id, user, ct))?.Role ?? Role.None : Role.None;
        return new DeploymentAccess(deployment, RoleNames.Stronger(own, FromSession(session.Effective, deployment.Visibility)), session.Effective > Role.None);
    }

    /// <summary>Access with a permission; who sees nothing of the deployment is told that it does not exist.</summary>
    public async Task<Result<DeploymentAccess>> RequireAsync(Actor actor, DeploymentId id, Permission permission, CancellationToken ct)
    {
        if (await FindAsync(actor, id, ct) is not { } found || (found.Role == Role.None && !found.MaySeeSession)) return DeploymentErrors.NotFound;
        return AccessPolicy.Allows(found.Role, permission) ? found : AccessErrors.RoleTooWeak(permission);
    }

    /// <summary>Access to the state, for everyone who sees the session or the app.</summary>
    public async Task<Result<DeploymentAccess>> RequireSightAsync(Actor actor, DeploymentId id, CancellationToken ct) =>
        await FindAsync(actor, id, ct) is { } found && (found.Role > Role.None || found.MaySeeSession) ? found : DeploymentErrors.NotFound;

    private static Role FromSession(Role session, AppVisibility visibility) => session switch
    {
        Role.Owner or Role.Admin => Role.Owner,
        Role.Editor => Role.Editor,
        Role.Viewer when visibility != AppVisibility.Private => Role.Viewer,
        _ => Role.None,
    };
}
