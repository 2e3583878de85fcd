namespace CollabHub.Domain.Deployments;

/// <summary>Where a deployment stands.</summary>
public enum DeploymentStatus
{
    /// <summary>Its files are pinned; nothing has been asked of the engine.</summary>
    Pending,
    /// <summary>Files are copied in, the build command runs.</summary>
    Building,
    /// <summary>The app has been started and does not answer yet.</summary>
    Starting,
    /// <summary>The app answers.</summary>
    Running,
    /// <summary>It ends, for the reason in <see cref="Deployment.Reason"/>.</summary>
    Stopping,
    /// <summary>Over; somebody or a rule wanted it.</summary>
    Stopped,
    /// <summary>Over; the app or the engine failed.</summary>
    Failed,
}

/// <summary>Who may open the app.</summary>
public enum AppVisibility
{
    /// <summary>Those with a role on the deployment: its participants, the session's editors and owners.</summary>
    Private,
    /// <summary>Also everyone who may see the session.</summary>
    Members,
    /// <summary>Everyone who has the address.</summary>
    Public,
}

/// <summary>One run of a session's files as an app, pinned to exact contents.</summary>
public sealed record Deployment
{
    /// <summary>The deployment; also part of every name that the engine knows of it.</summary>
    public required DeploymentId Id { get; init; }

    /// <summary>Whose files it runs.</summary>
    public required SessionId Session { get; init; }

    /// <summary>The session's workspace.</summary>
    public required WorkspaceId Workspace { get; init; }

    /// <summary>Who deployed.</summary>
    public required UserId Owner { get; init; }

    /// <summary>Where the app answers; derived from the configuration, never from a request.</summary>
    public required string Url { get; init; }

    /// <summary>The name of a configured runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>The port on which the app listens inside of its container.</summary>
    public required int Port { get; init; }

    /// <summary>Where it stands.</summary>
    public DeploymentStatus Status { get; init; }

    /// <summary>Who may open the app.</summary>
    public AppVisibility Visibility { get; init; }

    /// <summary>Why it ends or has ended, one of <see cref="StopReasons"/>; null before.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason in a sentence for a person; null when <see cref="Reason"/> says it all.</summary>
    public string? Detail { get; init; }

    /// <summary>The engine's id of the container, once there is one.</summary>
    public string? ContainerId { get; init; }

    /// <summary>The container's address in the network of the deployment; the only place that the proxy forwards to.</summary>
    public string? Address { get; init; }

    /// <summary>Counts containers of this deployment: a restart wants the next one.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Restarts after crashes; those that people asked for do not count.</summary>
    public int Restarts { get; init; }

    /// <summary>The deployment that took its place.</summary>
    public DeploymentId? ReplacedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the app first answered.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Last use of the app, or last change of its state.</summary>
    public required DateTimeOffset LastActive { get; init; }

    /// <summary>When the coming idle stop was announced; null while the app is used.</summary>
    public DateTimeOffset? IdleWarnedAt { get; init; }

    /// <summary>Whether it may still have something on the engine.</summary>
    public bool IsLive => Status is not (DeploymentStatus.Stopped or DeploymentStatus.Failed);

    /// <summary>Whether it is on its way up or runs.</summary>
    public bool IsWanted => IsLive && Status != DeploymentStatus.Stopping;
}

/// <summary>A deployment that is over.</summary>
/// <param name="Id">The row.</param>
/// <param name="Deployment">As it ended; <see cref="Deployment.Reason"/> and <see cref="Deployment.StoppedAt"/> are set.</param>
/// <param name="TotalRuntimeMinutes">Whole minutes between start and end; 0 when it never answered.</param>
public sealed record PastDeployment(Guid Id, Deployment Deployment, long TotalRuntimeMinutes);

/// <summary>Someone's place on a deployment.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="User">The account.</param>
/// <param name="Username">Its username.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="Role">Owner, editor (an operator) or viewer.</param>
/// <param name="JoinedAt">Since when.</param>
/// <param name="LastActive">Last time that the app was opened with this role.</param>
public sealed record DeploymentParticipant(
    DeploymentId Deployment, UserId User, string Username, string DisplayName, Access.Role Role, DateTimeOffset JoinedAt, DateTimeOffset LastActive);
