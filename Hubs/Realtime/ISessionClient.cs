namespace CollabHub.Hubs.Realtime;

/// <summary>What the server tells a connection of <c>/hubs/session</c> beside the frames of its open files.</summary>
public interface ISessionClient
{
    /// <summary>Someone came into a session.</summary>
    Task ParticipantJoined(ParticipantEvent joined);

    /// <summary>Someone's last connection to a session has gone.</summary>
    Task ParticipantLeft(ParticipantEvent left);

    /// <summary>Status, file in view, role or tabs changed; at most 20 a second and session, newest state per participant.</summary>
    Task PresenceChanged(PresenceEvent changed);

    /// <summary>A participant has another role.</summary>
    Task RoleChanged(RoleEvent changed);

    /// <summary>A participant was removed from the session.</summary>
    Task ParticipantRemoved(RoleEvent removed);

    /// <summary>A file came into the workspace.</summary>
    Task FileAdded(FileEvent added);

    /// <summary>A file's path, language, size or last author changed.</summary>
    Task FileChanged(FileEvent changed);

    /// <summary>A file is gone.</summary>
    Task FileRemoved(FileEvent removed);

    /// <summary>The session's name, description or state changed.</summary>
    Task SessionChanged(SessionEvent changed);

    /// <summary>The access token runs out soon; <c>RenewToken</c> keeps the connection.</summary>
    Task TokenExpiring(TokenExpiringEvent expiring);

    /// <summary>The session is over.</summary>
    Task SessionEnded(SessionEvent ended);

    /// <summary>A deployment of the session came or changed its state.</summary>
    Task DeploymentChanged(Deployments.DeploymentEvent changed);
}
