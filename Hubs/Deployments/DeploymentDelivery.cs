using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Live;
using CollabHub.Hubs.Apps;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Deployments;

/// <summary>Tells sessions of their deployments.</summary>
public sealed class DeploymentDelivery(
    IServiceScopeFactory scopes, IHubContext<SessionHub, ISessionClient> hub, AppConnections connections, DeploymentRules rules)
{
    /// <summary>A deployment came or changed: everyone in the session hears of it.</summary>
    public async Task OnDeploymentAsync(DeploymentChanged changed, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(changed);
        connections.Review();
        if (await FrameAsync(changed.Deployment, ct) is { } frame) await hub.Clients.Group(HubGroups.Session(changed.Session)).DeploymentChanged(new DeploymentEvent(frame));
    }

    /// <summary>What a session shows on joining; null before its first deployment.</summary>
    public async Task<DeploymentFrame?> PresentAsync(SessionId session, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var present = await scope.ServiceProvider.GetRequiredService<DeploymentQueries>().PresentAsync(session, ct);
        return present is null ? null : DeploymentFrame.From(present, rules);
    }

    private async Task<DeploymentFrame?> FrameAsync(DeploymentId id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<DeploymentQueries>().FindAsync(id, ct);
        return found is null ? null : DeploymentFrame.From(found, rules);
    }
}
