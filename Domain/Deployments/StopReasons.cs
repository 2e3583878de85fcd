namespace CollabHub.Domain.Deployments;

/// <summary>Why deployments end; the values of <c>reasonForStop</c>.</summary>
public static class StopReasons
{
    /// <summary>Someone stopped it.</summary>
    public const string User = "user";
    /// <summary>A newer deployment of the session took its place.</summary>
    public const string Replaced = "replaced";
    /// <summary>Nobody used it.</summary>
    public const string IdleTimeout = "idle_timeout";
    /// <summary>It ran as long as one may.</summary>
    public const string MaxLifetime = "max_lifetime";
    /// <summary>The session ended.</summary>
    public const string SessionEnded = "session_ended";
    /// <summary>The workspace was archived or deleted.</summary>
    public const string WorkspaceArchived = "workspace_archived";
    /// <summary>Who deployed may not deploy here any more.</summary>
    public const string PermissionRevoked = "permission_revoked";
    /// <summary>The build command failed or took too long.</summary>
    public const string BuildFailed = "build_failed";
    /// <summary>The app never answered.</summary>
    public const string StartFailed = "start_failed";
    /// <summary>The app runs and stopped answering, or burns all its processor time.</summary>
    public const string Unhealthy = "unhealthy";
    /// <summary>The app ended by itself, or was killed.</summary>
    public const string Crashed = "crashed";
    /// <summary>The app needed more memory than it has.</summary>
    public const string OomKilled = "oom_killed";
    /// <summary>The engine lost the container.</summary>
    public const string EngineLost = "engine_lost";
    /// <summary>The server stopped and took its apps along.</summary>
    public const string ServerShutdown = "server_shutdown";

    /// <summary>How a deployment that stops for this reason ends.</summary>
    public static DeploymentStatus EndOf(string reason) =>
        reason is BuildFailed or StartFailed or Unhealthy or Crashed or OomKilled or EngineLost ? DeploymentStatus.Failed : DeploymentStatus.Stopped;
}
