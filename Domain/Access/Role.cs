namespace CollabHub.Domain.Access;

/// <summary>What someone is in a workspace or a session, weakest first so that the stronger of two is the larger.</summary>
public enum Role
{
    /// <summary>No access; the resource does not exist for this person.</summary>
    None = 0,
    /// <summary>Reads and is seen.</summary>
    Viewer = 1,
    /// <summary>Also edits files, opens sessions, deploys.</summary>
    Editor = 2,
    /// <summary>Workspaces only: also manages members, invitations, the document and archive state.</summary>
    Admin = 3,
    /// <summary>Also transfers and deletes; in a session manages participants and ends it.</summary>
    Owner = 4,
}

/// <summary>The names of roles on the wire and in the tables.</summary>
public static class RoleNames
{
    /// <summary><c>viewer</c>, <c>editor</c>, <c>admin</c>, <c>owner</c>; <see cref="Role.None"/> is <c>none</c>.</summary>
    public static string ToName(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Editor => "editor",
        Role.Admin => "admin",
        Role.Owner => "owner",
        _ => "none",
    };

    /// <summary>The role with that name, or <see cref="Role.None"/>.</summary>
    public static Role Parse(string? name) => name switch
    {
        "viewer" => Role.Viewer,
        "editor" => Role.Editor,
        "admin" => Role.Admin,
        "owner" => Role.Owner,
        _ => Role.None,
    };

    /// <summary>The stronger of two roles.</summary>
    public static Role Stronger(Role a, Role b) => a > b ? a : b;
}
