using CollabHub.Domain.Deployments;
using MessagePack;

namespace CollabHub.Hubs.Deployments;

/// <summary>A deployment as everyone in its session sees it.</summary>
[MessagePackObject]
public sealed record DeploymentFrame(
    [property: Key("deploymentId")] Guid DeploymentId,
    [property: Key("sessionId")] Guid SessionId,
    [property: Key("ownerId")] Guid OwnerId,
    [property: Key("deploymentUrl")] string DeploymentUrl,
    [property: Key("status")] string Status,
    [property: Key("reason")] string? Reason,
    [property: Key("detail")] string? Detail,
    [property: Key("runtime")] string Runtime,
    [property: Key("port")] int Port,
    [property: Key("visibility")] string Visibility,
    [property: Key("restarts")] int Restarts,
    [property: Key("createdAt")] DateTimeOffset CreatedAt,
    [property: Key("startedAt")] DateTimeOffset? StartedAt,
    [property: Key("stoppedAt")] DateTimeOffset? StoppedAt,
    [property: Key("lastActive")] DateTimeOffset LastActive,
    [property: Key("idleStopAt")] DateTimeOffset? IdleStopAt)
{
    /// <summary>The wire form of a deployment.</summary>
    public static DeploymentFrame From(Deployment d, DeploymentRules rules)
    {
        ArgumentNullException.ThrowIfNull(d);
        return new DeploymentFrame(
            d.Id.Value, d.Session.Value, d.Owner.Value, d.Url, d.Status.ToName(), d.Reason, d.Detail, d.Runtime, d.Port, d.Visibility.ToName(), d.Restarts,
            d.CreatedAt, d.StartedAt, d.StoppedAt, d.LastActive, DeploymentAnswer.IdleStop(d, rules));
    }
}

/// <summary>A deployment came or changed.</summary>
[MessagePackObject]
public sealed record DeploymentEvent([property: Key("deployment")] DeploymentFrame Deployment);

/// <summary>What an app uses at one moment.</summary>
[MessagePackObject]
public sealed record StatsFrame(
    [property: Key("at")] DateTimeOffset At,
    [property: Key("cpuPercent")] double CpuPercent,
    [property: Key("memoryBytes")] long MemoryBytes,
    [property: Key("memoryLimitBytes")] long MemoryLimitBytes,
    [property: Key("processes")] long Processes);

/// <summary>One frame of a watched deployment. docs/protocol.md, Deployments hub.</summary>
[MessagePackObject]
public sealed record WatchFrame
{
    /// <summary><c>status</c>, <c>log</c> or <c>stats</c>.</summary>
    [Key("kind")]
    public required string Kind { get; init; }

    /// <summary>With <c>status</c>.</summary>
    [Key("deployment")]
    public DeploymentFrame? Deployment { get; init; }

    /// <summary>With <c>log</c>: <c>build</c>, <c>stdout</c> or <c>stderr</c>.</summary>
    [Key("source")]
    public string? Source { get; init; }

    /// <summary>With <c>log</c>: a line without its end.</summary>
    [Key("text")]
    public string? Text { get; init; }

    /// <summary>With <c>stats</c>.</summary>
    [Key("stats")]
    public StatsFrame? Stats { get; init; }
}
