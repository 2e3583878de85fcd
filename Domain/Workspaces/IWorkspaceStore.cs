using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Workspaces;

/// <summary>Which of a person's workspaces are asked for.</summary>
/// <param name="NameContains">Part of the name, regardless of ASCII case; null = any.</param>
/// <param name="Status">Active or archived; null = both.</param>
/// <param name="Tag">A tag as it is stored; null = any.</param>
public sealed record WorkspaceFilter(string? NameContains = null, WorkspaceStatus? Status = null, string? Tag = null);

/// <summary>The table of workspaces. Deleted ones are found by nobody.</summary>
public interface IWorkspaceStore
{
    /// <summary>Adds the workspace and its owner's permission row.</summary>
    Task AddAsync(Workspace workspace, CancellationToken ct);

    /// <summary>The workspace, or null.</summary>
    Task<Workspace?> FindAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>The workspaces of which the person is an active member, newest first, with the role.</summary>
    Task<IReadOnlyList<WorkspaceView>> ListAsync(UserId member, WorkspaceFilter filter, Slice slice, CancellationToken ct);

    /// <summary>Writes name, description, flags, status, owner and <see cref="Workspace.UpdatedAt"/>.</summary>
    Task UpdateAsync(Workspace workspace, CancellationToken ct);

    /// <summary>Notes that someone works in it: <see cref="Workspace.LastActive"/>.</summary>
    Task TouchAsync(WorkspaceId workspace, DateTimeOffset now, CancellationToken ct);

    /// <summary>How many workspaces the person owns, archived ones included.</summary>
    Task<int> CountOwnedAsync(UserId owner, CancellationToken ct);
}

/// <summary>The table of workspace permissions.</summary>
public interface IMemberStore
{
    /// <summary>The person's place in the workspace, active or not; null when there never was one.</summary>
    Task<Membership?> FindAsync(WorkspaceId workspace, UserId user, CancellationToken ct);

    /// <summary>One member for display; null unless active or suspended.</summary>
    Task<Member?> FindMemberAsync(WorkspaceId workspace, UserId user, CancellationToken ct);

    /// <summary>Active and suspended members, longest membership first.</summary>
    Task<IReadOnlyList<Member>> ListAsync(WorkspaceId workspace, Slice slice, CancellationToken ct);

    /// <summary>Makes the person an active member with that role; the row's version goes up.</summary>
    Task SetAsync(WorkspaceId workspace, UserId user, Role role, UserId grantedBy, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Changes an active member's role if it still is <paramref name="from"/>; false when it is not.
    /// Two transactions that race for the same change cannot both hear true.
    /// </summary>
    Task<bool> MoveAsync(WorkspaceId workspace, UserId user, Role from, Role to, UserId grantedBy, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends an active membership of that role; false when there is none.</summary>
    Task<bool> RevokeAsync(WorkspaceId workspace, UserId user, Role from, DateTimeOffset now, CancellationToken ct);
}
