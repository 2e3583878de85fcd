using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Persistence.Relational;

/// <summary>A row of <c>deployments</c>, alone or beside its row of <c>past_deployments</c>.</summary>
internal sealed class DeploymentRow
{
    public Guid DeploymentId { get; init; }
    public Guid SessionId { get; init; }
    public Guid WsId { get; init; }
    public Guid OwnerId { get; init; }
    public string DeploymentUrl { get; init; } = "";
    public string Runtime { get; init; } = "";
    public int Port { get; init; }
    public string Status { get; init; } = "";
    public string Visibility { get; init; } = "";
    public string? Reason { get; init; }
    public string? Detail { get; init; }
    public string? ContainerId { get; init; }
    public string? Address { get; init; }
    public int Generation { get; init; }
    public int Restarts { get; init; }
    public Guid? ReplacedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
    public DateTimeOffset? LastActive { get; init; }
    public DateTimeOffset? IdleWarnedAt { get; init; }
    public Guid PastDeploymentId { get; init; }
    public long TotalRuntimeMinutes { get; init; }

    public static object Args(Deployment d, Deployment? was = null) => new
    {
        id = d.Id.Value, session = d.Session.Value, url = d.Url, containerId = d.ContainerId, port = d.Port, status = d.Status.ToName(),
        owner = d.Owner.Value, createdAt = d.CreatedAt, startedAt = d.StartedAt, stoppedAt = d.StoppedAt, lastActive = d.LastActive, runtime = d.Runtime,
        visibility = d.Visibility.ToName(), reason = d.Reason, detail = d.Detail, address = d.Address, generation = d.Generation, restarts = d.Restarts,
        replacedBy = d.ReplacedBy?.Value, idleWarnedAt = d.IdleWarnedAt, wasStatus = was?.Status.ToName(), wasGeneration = was?.Generation,
        wasVisibility = was?.Visibility.ToName(),
    };

    public Deployment ToDeployment() => new()
    {
        Id = new DeploymentId(DeploymentId), Session = new SessionId(SessionId), Workspace = new WorkspaceId(WsId), Owner = new UserId(OwnerId), Url = DeploymentUrl,
        Runtime = Runtime, Port = Port, Status = DeploymentNames.ParseStatus(Status), Visibility = DeploymentNames.ParseVisibility(Visibility) ?? AppVisibility.Private,
        Reason = Reason, Detail = Detail, ContainerId = ContainerId, Address = Address, Generation = Generation, Restarts = Restarts,
        ReplacedBy = ReplacedBy is { } by ? new DeploymentId(by) : null, CreatedAt = CreatedAt, StartedAt = StartedAt, StoppedAt = StoppedAt,
        LastActive = LastActive ?? CreatedAt, IdleWarnedAt = IdleWarnedAt,
    };

    public PastDeployment ToPast() => new(PastDeploymentId, ToDeployment(), TotalRuntimeMinutes);
}
