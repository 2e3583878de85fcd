using System.Runtime.CompilerServices;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Deployments;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Deployments;

/// <summary>What the server tells a connection of <c>/hubs/deployments</c> beside the frames of what it watches.</summary>
public interface IDeploymentClient
{
    /// <summary>The connection's access token runs out soon; renew it.</summary>
    Task TokenExpiring(TokenExpiringEvent expiring);
}

/// <summary>Watching deployments. docs/protocol.md, Deployments hub.</summary>
[Authorize]
public sealed class DeploymentHub(DeploymentWatch watch, DeploymentGuard guard, ConnectionExpiry expiry, DeniedCalls denied) : Hub<IDeploymentClient>
{
    private const int Tail = 500;

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        var caller = Clients.Caller;
        expiry.Watch(Context, at => caller.TokenExpiring(new TokenExpiringEvent(at)));
        return base.OnConnectedAsync();
    }

    /// <summary>State, output and use of a deployment, until it is over or the right to look ends.</summary>
    public async IAsyncEnumerable<WatchFrame> WatchDeployment(Guid deploymentId, [EnumeratorCancellation] CancellationToken ct)
    {
        var (actor, id) = (Context.User.Actor(), new DeploymentId(deploymentId));
        var access = await guard.RequireAsync(actor, id, Permission.DeploymentUse, ct);
        if (access.Error is { } refused)
        {
            throw await denied.RefuseAsync(Context, refused, new DeniedAttempt(nameof(WatchDeployment), refused.Code, "deployment", $"{deploymentId}"));
        }
        await foreach (var frame in watch.WatchAsync(actor, id, Tail, withStats: true, ct))
        {
            yield return frame;
            await Context.RoomAsync(ct);
        }
    }

    /// <summary>Keeps the connection past the expiry of its token; the new one must be of the same person.</summary>
    public async Task RenewToken(string accessToken)
    {
        var user = Context.User.Actor().User ?? throw new HubException("unauthenticated: auth.required");
        if (!await expiry.RenewAsync(Context, user, accessToken)) throw new HubException("unauthenticated: auth.token_invalid");
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        expiry.Forget(Context);
        return base.OnDisconnectedAsync(exception);
    }
}
