namespace CollabHub.Domain.Access;

/// <summary>Everything that a role can allow. Edges name the permission, only <see cref="AccessPolicy"/> knows the role.</summary>
public enum Permission
{
    /// <summary>See that the workspace exists, its name and document.</summary>
    WorkspaceRead,
    /// <summary>List members and who is here.</summary>
    MembersRead,
    /// <summary>Read files, their content, versions, search.</summary>
    FilesRead,
    /// <summary>Create, edit, rename, delete files.</summary>
    FilesEdit,
    /// <summary>Open a session on the workspace, deploy.</summary>
    SessionsOpen,
    /// <summary>Change name, description, document, archive state.</summary>
    WorkspaceManage,
    /// <summary>Invite, change and remove members.</summary>
    MembersManage,
    /// <summary>Read the audit log.</summary>
    AuditRead,
    /// <summary>Transfer or delete the workspace.</summary>
    WorkspaceOwn,
    /// <summary>See a session, its participants and presence.</summary>
    SessionRead,
    /// <summary>Rename a session, manage its participants and invitations, end it.</summary>
    SessionManage,
    /// <summary>Run the session's files as an app.</summary>
    Deploy,
    /// <summary>Open the app and read its logs.</summary>
    DeploymentUse,
    /// <summary>Stop and restart the app.</summary>
    DeploymentOperate,
    /// <summary>Decide who may use and operate it.</summary>
    DeploymentManage,
}

/// <summary>The one table of what each role may; every REST route, hub method and socket asks here.</summary>
public static class AccessPolicy
{
    /// <summary>The weakest role that has the permission.</summary>
    public static Role Minimum(Permission permission) => permission switch
    {
        Permission.WorkspaceRead or Permission.MembersRead or Permission.FilesRead or Permission.SessionRead or Permission.DeploymentUse => Role.Viewer,
        Permission.FilesEdit or Permission.SessionsOpen or Permission.Deploy or Permission.DeploymentOperate => Role.Editor,
        Permission.WorkspaceManage or Permission.MembersManage or Permission.AuditRead => Role.Admin,
        Permission.WorkspaceOwn or Permission.SessionManage or Permission.DeploymentManage => Role.Owner,
        _ => throw new ArgumentOutOfRangeException(nameof(permission), permission, "No role is declared for this permission."),
    };

    /// <summary>Whether <paramref name="role"/> has <paramref name="permission"/>.</summary>
    public static bool Allows(Role role, Permission permission) => role >= Minimum(permission);

    /// <summary>Whether someone with <paramref name="own"/> may give <paramref name="granted"/>: never above the own role.</summary>
    public static bool CanGrant(Role own, Role granted) => granted is > Role.None and < Role.Owner && granted <= own;
}
