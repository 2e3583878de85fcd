namespace CollabHub.Hubs.Realtime;

/// <summary>What the server tells every connection of a person to <c>/hubs/notifications</c>, on every node.</summary>
public interface INotificationClient
{
    /// <summary>Someone invites this person; also when an invitation that was pending is sent again.</summary>
    Task InvitationReceived(InvitationEvent received);

    /// <summary>An invitation that this person got or made has another status, or was made on another of his connections.</summary>
    Task InvitationChanged(InvitationEvent changed);

    /// <summary>This person came into a workspace, has another role there, or (without one) is out of it.</summary>
    Task MembershipChanged(MembershipEvent changed);

    /// <summary>The access token runs out soon; <c>RenewToken</c> keeps the connection.</summary>
    Task TokenExpiring(TokenExpiringEvent expiring);
}
