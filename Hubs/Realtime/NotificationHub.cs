using CollabHub.Hubs.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>What concerns a person wherever he is: invitations and memberships. Clients only listen. docs/protocol.md, Notifications.</summary>
[Authorize]
public sealed class NotificationHub(ConnectionExpiry expiry) : Hub<INotificationClient>
{
    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        var caller = Clients.Caller;
        expiry.Watch(Context, at => caller.TokenExpiring(new TokenExpiringEvent(at)));
        return base.OnConnectedAsync();
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
}
