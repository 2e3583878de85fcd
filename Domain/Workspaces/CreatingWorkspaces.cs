using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces.Documents;

namespace CollabHub.Domain.Workspaces;

/// <summary>What a new workspace starts with; already checked by the edge.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it is about.</param>
/// <param name="IsPublic">Whether everyone may read it.</param>
/// <param name="IsTemplate">Whether new workspaces may be made after it.</param>
/// <param name="Template">The workspace whose files and settings are copied.</param>
public sealed record NewWorkspace(
    string Name, string? Description = null, bool IsPublic = false, bool IsTemplate = false, WorkspaceId? Template = null);

/// <summary>Creates workspaces.</summary>
public sealed class CreatingWorkspaces(IWorkspaceStore workspaces, TemplateCopying templates, TeamLimits limits, Changes changes)
{
    /// <summary>Creates a workspace that the caller owns. Not for guests.</summary>
    public async Task<Result<WorkspaceView>> CreateAsync(Call call, NewWorkspace wanted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(wanted);
        if (call.Actor.IsGuest) return WorkspaceErrors.Guest;
        TemplateContent? content = null;
        if (wanted.Template is { } template)
        {
            // Before the transaction: open rooms and the document store are asked, and both may take their time.
            var read = await templates.ReadAsync(call.Actor, template, ct);
            if (!read.TryGet(out content, out var unusable)) return unusable;
        }
        return await changes.RunAsync<WorkspaceView>(
            async token =>
            {
                var added = await AddAsync(call.User, wanted, token);
                if (!added.TryGet(out var workspace, out var refused)) return refused;
                if (content is not null && (await templates.WriteAsync(workspace, content, token)).Error is { } uncopied) return uncopied;
                var fields = new FieldChanges()
                    .Set("name", workspace.Name).Set("description", workspace.Description)
                    .Set("isPublic", workspace.IsPublic).Set("isTemplate", workspace.IsTemplate)
                    .Set("templateId", content?.Template.ToString()).Set("files", content?.Files.Count);
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
