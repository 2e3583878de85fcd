namespace CollabHub.Domain.Access;

/// <summary>What the tables say about one person and one workspace.</summary>
/// <param name="Workspace">The workspace that the answer is about.</param>
/// <param name="Member">The role of the active permission row; <see cref="Role.None"/> without one.</param>
/// <param name="Session">The strongest role in a session on the workspace that has not ended.</param>
/// <param name="IsPublic">Whether everyone may read.</param>
/// <param name="IsArchived">Whether the workspace is archived: read-only for everyone.</param>
public sealed record WorkspaceAccess(WorkspaceId Workspace, Role Member, Role Session, bool IsPublic, bool IsArchived)
{
    /// <summary>The role on the workspace itself: membership, or viewer when public (anonymous readers included).</summary>
    public Role OnWorkspace => RoleNames.Stronger(Member, IsPublic ? Role.Viewer : Role.None);

    /// <summary>The role on its files: the stronger of membership and session; at most viewer while archived.</summary>
    public Role OnFiles
    {
        get
        {
            var role = RoleNames.Stronger(OnWorkspace, Session);
            return IsArchived && role > Role.Viewer ? Role.Viewer : role;
        }
    }
}

/// <summary>What the tables say about one person and one session.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Workspace">The workspace whose files it works on.</param>
/// <param name="Participant">The role of the active participant row; <see cref="Role.None"/> without one.</param>
/// <param name="WorkspaceMember">The role in the workspace: admins may end sessions, members may see and join them.</param>
/// <param name="IsEnded">Whether the session has ended.</param>
public sealed record SessionAccess(SessionId SessionId, WorkspaceId Workspace, Role Participant, Role WorkspaceMember, bool IsEnded)
{
    /// <summary>The effective role in the session: a workspace member is at least what the workspace makes of him; admins and owners manage.</summary>
    public Role Effective => RoleNames.Stronger(Participant, WorkspaceMember is Role.Admin or Role.Owner ? Role.Owner : WorkspaceMember);
}

/// <summary>Reads roles from the authority; always current, never cached in here.</summary>
public interface IAccessStore
{
    /// <summary>Null when the workspace does not exist or is deleted.</summary>
    Task<WorkspaceAccess?> ForWorkspaceAsync(UserId? user, WorkspaceId workspace, CancellationToken ct);

    /// <summary>Null when the file or its workspace does not exist or is deleted.</summary>
    Task<WorkspaceAccess?> ForFileAsync(UserId? user, FileId file, CancellationToken ct);

    /// <summary>Null when the session or its workspace does not exist or is deleted.</summary>
    Task<SessionAccess?> ForSessionAsync(UserId? user, SessionId session, CancellationToken ct);
}
