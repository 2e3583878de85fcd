using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Deployments;

/// <summary>The refusals around deployments.</summary>
public static class DeploymentErrors
{
    /// <summary>No such deployment for this caller.</summary>
    public static readonly CollabError NotFound = new("deployment.not_found", ErrorKind.NotFound, "There is no such deployment, or you cannot see it.");

    /// <summary>It is over, or about to be.</summary>
    public static readonly CollabError Ended = new("deployment.ended", ErrorKind.Conflict, "The deployment has ended; deploy again.");

    /// <summary>A restart of what is not up yet.</summary>
    public static readonly CollabError NotRunning = new("deployment.not_running", ErrorKind.Conflict, "The app is not running yet; wait until it is, or stop it.");

    /// <summary>The engine does not answer.</summary>
    public static readonly CollabError EngineUnavailable =
        new("deploy.engine_unavailable", ErrorKind.Unavailable, "The container engine does not answer; nothing was started. Try again later, or ask the operator of this server.")
        { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>The server refuses to start containers that it cannot keep away from the host.</summary>
    public static readonly CollabError NotIsolated =
        new("deploy.not_isolated", ErrorKind.Unavailable, "Apps cannot be kept away from the network of this server, so none is started; its operator finds the reason in the log.");

    /// <summary>The workspace has no files.</summary>
    public static readonly CollabError NoFiles = new("deploy.no_files", ErrorKind.Conflict, "There are no files to run; create one first.");

    /// <summary>The files are larger than an app may be.</summary>
    public static readonly CollabError TooLarge = new("deploy.too_large", ErrorKind.TooLarge, "The files together are larger than an app may be.");

    /// <summary>No runtime is configured for the session's language.</summary>
    public static readonly CollabError NoRuntime =
        new("deploy.no_runtime", ErrorKind.Conflict, "This server has no runtime for the session's language; change the language, or ask its operator.");

    /// <summary>Over the number of apps of one account.</summary>
    public static readonly CollabError Quota = new("quota.deployments", ErrorKind.Conflict, "You have as many apps running as one account may; stop one first.");

    /// <summary>The node runs as many apps as it may.</summary>
    public static readonly CollabError NodeFull =
        new("deploy.node_full", ErrorKind.Unavailable, "This server runs as many apps as it may; try again when another one has ended.") { RetryAfter = TimeSpan.FromSeconds(30) };

    /// <summary>No such participant of this deployment.</summary>
    public static readonly CollabError ParticipantNotFound =
        new("deployment.participant_not_found", ErrorKind.NotFound, "There is no such participant of this deployment.");

    /// <summary>Who deployed keeps the role.</summary>
    public static readonly CollabError LastOwner =
        new("deployment.last_owner", ErrorKind.Conflict, "Who deployed stays the owner of the deployment; stop it instead.");
}
