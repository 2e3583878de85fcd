using CollabHub.Domain.Deployments;
using CollabHub.Hubs.Apps;

namespace CollabHub.Hubs.Deployments;

/// <summary>Roles, a session or a sign-in changed: apps may have to end, connections to them to close.</summary>
public sealed class DeploymentReview(IDeploymentSignal signal, AppConnections connections)
{
    /// <summary>Has everything looked at again soon.</summary>
    public void Ask()
    {
        signal.Poke();
        connections.Review();
    }
}
