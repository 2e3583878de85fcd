using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces.Documents;

namespace CollabHub.Domain.Workspaces;

/// <summary>Reads workspaces and their members.</summary>
public sealed class WorkspaceQueries(AccessGuard guard, IWorkspaceStore workspaces, IMemberStore members)
{
    /// <summary>One workspace with the caller's role; anonymous callers see public ones.</summary>
    public async Task<Result<WorkspaceView>> GetAsync(Actor actor, WorkspaceId id, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, id, Permission.WorkspaceRead, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        return await workspaces.FindAsync(id, ct) is { } workspace
            ? new WorkspaceView(workspace, granted.OnWorkspace)
            : AccessErrors.WorkspaceNotFound;
    }

    /// <summary>The caller's workspaces, newest first. A tag is looked for as it would be stored.</summary>
    public async Task<IReadOnlyList<WorkspaceView>> ListAsync(UserId member, WorkspaceFilter filter, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Tag is null) return await workspaces.ListAsync(member, filter, slice, ct);
        return SectionRules.Tag(filter.Tag) is { } tag ? await workspaces.ListAsync(member, filter with { Tag = tag }, slice, ct) : [];
    }

    /// <summary>The members; addresses are shown to those who manage members, everyone else sees his own only.</summary>
    public async Task<Result<IReadOnlyList<Member>>> MembersAsync(Actor actor, WorkspaceId id, Slice slice, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, id, Permission.MembersRead, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        var all = await members.ListAsync(id, slice, ct);
        return Result<IReadOnlyList<Member>>.Of(AccessPolicy.Allows(granted.OnWorkspace, Permission.MembersManage)
            ? all
            : [.. all.Select(member => member.User == actor.User ? member : member with { Email = null })]);
    }
}
