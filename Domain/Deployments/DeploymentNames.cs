using CollabHub.Domain.Access;

namespace CollabHub.Domain.Deployments;

/// <summary>The names of states, visibilities and roles of deployments on the wire and in the tables.</summary>
public static class DeploymentNames
{
    /// <summary>Such as <c>running</c>.</summary>
    public static string ToName(this DeploymentStatus status) => status switch
    {
        DeploymentStatus.Pending => "pending",
        DeploymentStatus.Building => "building",
        DeploymentStatus.Starting => "starting",
        DeploymentStatus.Running => "running",
        DeploymentStatus.Stopping => "stopping",
        DeploymentStatus.Stopped => "stopped",
        DeploymentStatus.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No name is declared for this status."),
    };

    /// <summary>The status with that name; throws on any other text.</summary>
    public static DeploymentStatus ParseStatus(string name) =>
        Enum.GetValues<DeploymentStatus>().Where(status => status.ToName() == name).Select(status => (DeploymentStatus?)status).SingleOrDefault()
        ?? throw new InvalidDataException($"Unknown deployment status {name}.");

    /// <summary><c>private</c>, <c>members</c>, <c>public</c>.</summary>
    public static string ToName(this AppVisibility visibility) => visibility switch
    {
        AppVisibility.Members => "members",
        AppVisibility.Public => "public",
        _ => "private",
    };

    /// <summary>The visibility with that name, or null.</summary>
    public static AppVisibility? ParseVisibility(string? name) => name switch
    {
        "private" => AppVisibility.Private,
        "members" => AppVisibility.Members,
        "public" => AppVisibility.Public,
        _ => null,
    };

    /// <summary><c>owner</c>, <c>operator</c>, <c>viewer</c>: an editor of a deployment is called its operator.</summary>
    public static string ToDeploymentRole(this Role role) => role == Role.Editor ? "operator" : role.ToName();

    /// <summary>The role with that name, or <see cref="Role.None"/>.</summary>
    public static Role ParseRole(string? name) => name switch
    {
        "viewer" => Role.Viewer,
        "operator" => Role.Editor,
        "owner" => Role.Owner,
        _ => Role.None,
    };
}
