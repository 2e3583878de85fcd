using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Workspaces;

/// <summary>What a new workspace starts with; already checked by the edge.</summary>
public sealed record NewWorkspace(string Name, string? Description = null, bool IsPublic = false, bool IsTemplate = false);

/// <summary>Creates workspaces.</summary>
public sealed class CreatingWorkspaces(IWorkspaceStore workspaces, TeamLimits limits, Changes changes)
{
    /// <summary>Creates a workspace that the caller owns. Not for guests.</summary>
    public Task<Result<WorkspaceView>> CreateAsync(Call call, NewWorkspace wanted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(wanted);
        return changes.RunAsync<WorkspaceView>(
            async token =>
            {
                if (call.Actor.IsGuest) return WorkspaceErrors.Guest;
                var added = await AddAsync(call.User, wanted, token);
                if (!added.TryGet(out var workspace, out var refused)) return refused;
                var fields = new FieldChanges()
                    .Set("name", workspace.Name).Set("description", workspace.Description)
                    .Set("isPublic", workspace.IsPublic).Set("isTemplate", workspace.IsTemplate);
                await changes.AuditAsync(call, workspace.Id, "workspace.create", "workspace", workspace.Id.ToString(), fields, token);
                return new WorkspaceView(workspace, Role.Owner);
            },
            ct);
    }

    /// <summary>Adds the workspace within the caller's transaction and audit row.</summary>
    internal async Task<Result<Workspace>> AddAsync(UserId owner, NewWorkspace wanted, CancellationToken ct)
    {
        if (await workspaces.CountOwnedAsync(owner, ct) >= limits.WorkspacesPerUser) return WorkspaceErrors.Quota;
        var now = changes.Now;
        var workspace = new Workspace(
            new WorkspaceId(changes.NewId()), wanted.Name, wanted.Description, owner, wanted.IsPublic, wanted.IsTemplate,
            WorkspaceStatus.Active, now, now, now);
        await workspaces.AddAsync(workspace, ct);
        return workspace;
    }
}
