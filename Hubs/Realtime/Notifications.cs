using CollabHub.Domain;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Live;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Brings what concerns a person to all of his connections, by his user id.</summary>
public sealed class Notifications(IServiceScopeFactory scopes, IHubContext<NotificationHub, INotificationClient> hub, TimeProvider time)
{
    /// <summary>The invitee hears of a new invitation; afterwards both sides hear what becomes of it. Its maker's other tabs hear of it at once.</summary>
    public async Task InvitationAsync(InvitationChanged changed, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(changed);
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<InvitationQueries>().FindAsync(changed.Invitation, ct) is not { } view) return;
        var message = new InvitationEvent(InvitationFrame.From(view, time.GetUtcNow()));
        if (changed.Invitee is { } invitee && invitee != changed.Inviter)
        {
            await (changed.IsNew ? Of(invitee).InvitationReceived(message) : Of(invitee).InvitationChanged(message));
        }
        await Of(changed.Inviter).InvitationChanged(message);
    }

    /// <summary>The person hears of the new role, or that it is gone.</summary>
    public Task MembershipAsync(MembershipChanged changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        return Of(changed.User).MembershipChanged(new MembershipEvent(changed.Workspace.Value, changed.Role));
    }

    private INotificationClient Of(UserId user) => hub.Clients.User(user.ToString());
}
