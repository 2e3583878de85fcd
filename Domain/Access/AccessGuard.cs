using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Access;

/// <summary>Asks the tables and the policy in one step; the answer is access or the error that every edge returns as it is.</summary>
/// <remarks>Who may not see a thing is told that it does not exist (404); who sees it but may not act is told so (403).</remarks>
public sealed class AccessGuard(IAccessStore store)
{
    /// <summary>Access to a workspace, by the role on the workspace itself.</summary>
    public async Task<Result<WorkspaceAccess>> RequireAsync(Actor actor, WorkspaceId workspace, Permission permission, CancellationToken ct)
    {
        var access = await store.ForWorkspaceAsync(actor.User, workspace, ct);
        if (access is null || access.OnWorkspace == Role.None) return AccessErrors.WorkspaceNotFound;
        return AccessPolicy.Allows(access.OnWorkspace, permission) ? access : AccessErrors.RoleTooWeak(permission);
    }

    /// <summary>Access to the files of a workspace: the stronger of membership and session role decides.</summary>
    public async Task<Result<WorkspaceAccess>> RequireFilesAsync(Actor actor, WorkspaceId workspace, Permission permission, CancellationToken ct)
    {
        var access = await store.ForWorkspaceAsync(actor.User, workspace, ct);
        return Decide(access, permission, AccessErrors.WorkspaceNotFound);
    }

    /// <summary>Access to one file.</summary>
    public async Task<Result<WorkspaceAccess>> RequireFileAsync(Actor actor, FileId file, Permission permission, CancellationToken ct)
    {
        var access = await store.ForFileAsync(actor.User, file, ct);
        return Decide(access, permission, AccessErrors.FileNotFound);
    }

    /// <summary>Access to a session; <see cref="SessionAccess.Effective"/> is the role in it.</summary>
    public async Task<Result<SessionAccess>> RequireAsync(Actor actor, SessionId session, Permission permission, CancellationToken ct)
    {
        var access = await store.ForSessionAsync(actor.User, session, ct);
        if (access is null || access.Effective == Role.None) return AccessErrors.SessionNotFound;
        return AccessPolicy.Allows(access.Effective, permission) ? access : AccessErrors.RoleTooWeak(permission);
    }

    private static Result<WorkspaceAccess> Decide(WorkspaceAccess? access, Permission permission, CollabError notFound)
    {
        if (access is null || access.OnFiles == Role.None) return notFound;
        if (AccessPolicy.Allows(access.OnFiles, permission)) return access;
        return access.IsArchived ? AccessErrors.WorkspaceArchived : AccessErrors.RoleTooWeak(permission);
    }
}

/// <summary>The refusals of the guard.</summary>
public static class AccessErrors
{
    /// <summary>No such workspace for this caller.</summary>
    public static readonly CollabError WorkspaceNotFound = new("workspace.not_found", ErrorKind.NotFound, "There is no such workspace, or you cannot see it.");

    /// <summary>No such file for this caller.</summary>
    public static readonly CollabError FileNotFound = new("file.not_found", ErrorKind.NotFound, "There is no such file, or you cannot see it.");

    /// <summary>No such session for this caller.</summary>
    public static readonly CollabError SessionNotFound = new("session.not_found", ErrorKind.NotFound, "There is no such session, or you cannot see it.");

    /// <summary>An archived workspace is read-only.</summary>
    public static readonly CollabError WorkspaceArchived = new("workspace.archived", ErrorKind.Forbidden, "The workspace is archived; restore it to change it.");

    /// <summary>The caller sees the resource, but the role does not allow the action.</summary>
    public static CollabError RoleTooWeak(Permission permission) => new(
        "access.role_too_weak", ErrorKind.Forbidden, $"This needs the role {AccessPolicy.Minimum(permission).ToName()} or a stronger one.");
}
