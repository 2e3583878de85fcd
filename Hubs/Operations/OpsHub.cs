using System.Runtime.CompilerServices;
using CollabHub.Domain;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Operations;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Operations;

/// <summary>Live presence and nodes, for accounts with the role <c>ops</c>. docs/protocol.md, Operators' hub.</summary>
[Authorize]
public sealed class OpsHub(IServiceScopeFactory scopes, IPresence presence, INodeRegistry nodes, ConnectionExpiry expiry, DeniedCalls denied, TimeProvider time)
    : Hub<IOpsClient>
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        var caller = Clients.Caller;
        expiry.Watch(Context, at => caller.TokenExpiring(new TokenExpiringEvent(at)));
        return base.OnConnectedAsync();
    }

    /// <summary>Who is here: one snapshot, then every change, numbered. A reader that is too slow gets a new snapshot.</summary>
    public async IAsyncEnumerable<PresenceEventFrame> WatchPresence(PresenceFilter? filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await AdmitAsync("ops.watch_presence", ct);
        var scope = new PresenceScope(
            filter?.WorkspaceId is { } workspace ? new WorkspaceId(workspace) : null, filter?.SessionId is { } session ? new SessionId(session) : null);
        await foreach (var step in presence.WatchAsync(scope, ct))
        {
            yield return PresenceEventFrame.From(step);
            await Context.RoomAsync(ct);
        }
    }

    /// <summary>The nodes and their figures, at once and then every second.</summary>
    public async IAsyncEnumerable<NodesFrame> WatchNodes([EnumeratorCancellation] CancellationToken ct)
    {
        await AdmitAsync("ops.watch_nodes", ct);
        using var timer = new PeriodicTimer(Pace, time);
        do
        {
            await Context.RoomAsync(ct);
            yield return NodesFrame.From(nodes, time.GetUtcNow());
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>Keeps the connection past the expiry of its token; the new one must be of the same person.</summary>
    public async Task RenewToken(string accessToken)
    {
        if (Context.User.Actor().User is not { } user || !await expiry.RenewAsync(Context, user, accessToken)) throw HubErrors.TokenInvalid;
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        expiry.Forget(Context);
        return base.OnDisconnectedAsync(exception);
    }

    private async Task AdmitAsync(string action, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var admitted = await scope.ServiceProvider.GetRequiredService<WatchingOperations>().BeginAsync(Context.Call(), action, ct);
        if (admitted.Error is { } refused) throw await denied.RefuseAsync(Context, refused, new DeniedAttempt(action, refused.Code, "operations", "all"));
    }
}

/// <summary>What the server says to a watcher beside its streams.</summary>
public interface IOpsClient
{
    /// <summary>The connection's token runs out soon; <c>RenewToken</c> keeps it.</summary>
    Task TokenExpiring(TokenExpiringEvent expiring);
}
