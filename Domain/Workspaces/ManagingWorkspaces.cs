using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Live;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Workspaces;

/// <summary>Fields of a workspace to change; null leaves a field as it is, an empty description clears it.</summary>
public sealed record WorkspaceEdit(string? Name = null, string? Description = null, bool? IsPublic = null, bool? IsTemplate = null);

/// <summary>Changes, archives, restores and deletes workspaces. What changes nothing writes nothing.</summary>
public sealed class ManagingWorkspaces(
    AccessGuard guard, IWorkspaceStore workspaces, ISessionStore sessions, IInvitationStore invitations, Changes changes)
{
    /// <summary>Changes name, description and flags. An archived workspace has to be restored first.</summary>
    public Task<Result<WorkspaceView>> EditAsync(Call call, WorkspaceId id, WorkspaceEdit edit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return ChangeAsync(
            call, id, Permission.WorkspaceManage, "workspace.update",
            before => before.Status == WorkspaceStatus.Archived ? AccessErrors.WorkspaceArchived : before with
            {
                Name = edit.Name ?? before.Name,
                Description = edit.Description is { } text ? (text.Length == 0 ? null : text) : before.Description,
                IsPublic = edit.IsPublic ?? before.IsPublic,
                IsTemplate = edit.IsTemplate ?? before.IsTemplate,
            },
            ct);
    }

    /// <summary>Makes it read-only for everyone; harmless when it is already.</summary>
    public Task<Result<WorkspaceView>> ArchiveAsync(Call call, WorkspaceId id, CancellationToken ct) =>
        ChangeAsync(call, id, Permission.WorkspaceManage, "workspace.archive", before => before with { Status = WorkspaceStatus.Archived }, ct);

    /// <summary>Takes it back into use; harmless when it is in use.</summary>
    public Task<Result<WorkspaceView>> RestoreAsync(Call call, WorkspaceId id, CancellationToken ct) =>
        ChangeAsync(call, id, Permission.WorkspaceManage, "workspace.restore", before => before with { Status = WorkspaceStatus.Active }, ct);

    /// <summary>Deletes it for everyone: its sessions end, its pending invitations are revoked.</summary>
    public async Task<Result<Done>> DeleteAsync(Call call, WorkspaceId id, CancellationToken ct)
    {
        var deleted = await ChangeAsync(
            call, id, Permission.WorkspaceOwn, "workspace.delete", before => before with { Status = WorkspaceStatus.Deleted }, ct);
        return deleted.Map(_ => default(Done));
    }

    /// <summary>The same as <see cref="DeleteAsync"/>, inside a unit of work of the caller.</summary>
    internal async Task<Result<Done>> DeleteInsideAsync(Call call, WorkspaceId id, CancellationToken ct)
    {
        var deleted = await ChangeInsideAsync(
            call, id, Permission.WorkspaceOwn, "workspace.delete", before => before with { Status = WorkspaceStatus.Deleted }, ct);
        return deleted.Map(_ => default(Done));
    }

    private Task<Result<WorkspaceView>> ChangeAsync(
        Call call, WorkspaceId id, Permission permission, string action, Func<Workspace, Result<Workspace>> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync(token => ChangeInsideAsync(call, id, permission, action, change, token), ct);
    }

    private async Task<Result<WorkspaceView>> ChangeInsideAsync(
        Call call, WorkspaceId id, Permission permission, string action, Func<Workspace, Result<Workspace>> change, CancellationToken ct)
    {
        var access = await guard.RequireAsync(call.Actor, id, permission, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        if (await workspaces.FindAsync(id, ct) is not { } before) return AccessErrors.WorkspaceNotFound;
        if (!change(before).TryGet(out var after, out refused)) return refused;
        if (after == before) return new WorkspaceView(before, granted.OnWorkspace);
        after = after with { UpdatedAt = changes.Now };
        await workspaces.UpdateAsync(after, ct);
        if (after.Status == WorkspaceStatus.Deleted) await CloseAsync(id, ct);
        await changes.AuditAsync(call, id, action, "workspace", id.ToString(), Between(before, after), ct);
        await PublishAsync(before, after, ct);
        return new WorkspaceView(after, granted.OnWorkspace);
    }

    private async Task CloseAsync(WorkspaceId id, CancellationToken ct)
    {
        var now = changes.Now;
        foreach (var session in await sessions.EndAllAsync(id, now, ct)) changes.Publish(new SessionEnded(session));
        await invitations.RevokeAllAsync(id, now, ct);
    }

    private async Task PublishAsync(Workspace before, Workspace after, CancellationToken ct)
    {
        if (before.Status != after.Status || before.IsPublic != after.IsPublic) changes.Publish(new AccessChanged(null, after.Id, null));
        if (after.Status == WorkspaceStatus.Deleted) return;
        foreach (var session in await sessions.OpenInAsync(after.Id, ct)) changes.Publish(new SessionChanged(session));
    }

    private static FieldChanges Between(Workspace before, Workspace after) => new FieldChanges()
        .Add("name", before.Name, after.Name)
        .Add("description", before.Description, after.Description)
        .Add("isPublic", before.IsPublic, after.IsPublic)
        .Add("isTemplate", before.IsTemplate, after.IsTemplate)
        .Add("status", before.Status.ToName(), after.Status.ToName());
}
