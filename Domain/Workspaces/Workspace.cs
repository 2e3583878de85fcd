using CollabHub.Domain.Access;

namespace CollabHub.Domain.Workspaces;

/// <summary>Where a workspace stands.</summary>
public enum WorkspaceStatus
{
    /// <summary>In use.</summary>
    Active,
    /// <summary>Read-only until it is restored.</summary>
    Archived,
    /// <summary>Gone for everyone; the rows stay for the audit log.</summary>
    Deleted,
}

/// <summary>A tree of files with members.</summary>
/// <param name="Id">The workspace.</param>
/// <param name="Name">At most 100 graphemes.</param>
/// <param name="Description">At most 2000 characters.</param>
/// <param name="Owner">The one member with the role owner.</param>
/// <param name="IsPublic">Whether everyone may read it.</param>
/// <param name="IsTemplate">Whether new workspaces may be made after it.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="CreatedAt">UTC, microseconds.</param>
/// <param name="UpdatedAt">Last change of these fields.</param>
/// <param name="LastActive">Last time that someone joined a session on it.</param>
public sealed record Workspace(
    WorkspaceId Id, string Name, string? Description, UserId Owner, bool IsPublic, bool IsTemplate, WorkspaceStatus Status,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset LastActive);

/// <summary>A workspace as one person sees it.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Role">The person's role on it.</param>
public sealed record WorkspaceView(Workspace Workspace, Role Role);

/// <summary>Someone's place in a workspace.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="User">The member.</param>
/// <param name="Role">owner, admin, editor or viewer.</param>
/// <param name="IsActive">False while suspended or after removal.</param>
public sealed record Membership(WorkspaceId Workspace, UserId User, Role Role, bool IsActive);

/// <summary>A member as the member list shows him.</summary>
/// <param name="User">The member.</param>
/// <param name="Username">His username.</param>
/// <param name="DisplayName">His name.</param>
/// <param name="Email">His address, for those only who manage members, and for himself.</param>
/// <param name="Role">His role.</param>
/// <param name="Status"><c>active</c> or <c>suspended</c>.</param>
/// <param name="CreatedAt">Since when he is a member.</param>
public sealed record Member(
    UserId User, string Username, string DisplayName, string? Email, Role Role, string Status, DateTimeOffset CreatedAt);

/// <summary>The names of workspace states on the wire and in the tables.</summary>
public static class WorkspaceStatusNames
{
    /// <summary><c>active</c>, <c>archived</c>, <c>deleted</c>.</summary>
    public static string ToName(this WorkspaceStatus status) => status switch
    {
        WorkspaceStatus.Active => "active",
        WorkspaceStatus.Archived => "archived",
        WorkspaceStatus.Deleted => "deleted",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No name is declared for this status."),
    };

    /// <summary>The status with that name, or null.</summary>
    public static WorkspaceStatus? Parse(string? name) => name switch
    {
        "active" => WorkspaceStatus.Active,
        "archived" => WorkspaceStatus.Archived,
        "deleted" => WorkspaceStatus.Deleted,
        _ => null,
    };
}
