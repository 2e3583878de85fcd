using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Files;
using CollabHub.Domain.History;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Security;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>One workspace, one session, a deployment, two invitations and a share link, fresh for each cell of the matrix, written straight into the stores.</summary>
public sealed record MatrixWorld(
    Guid Workspace, Guid Session, Guid Member, Guid Participant, Guid WorkspaceInvitation, Guid SessionInvitation, string Token, string Link, Guid File,
    Guid Deployment)
{
    /// <summary>Makes one around the callers.</summary>
    public static async Task<MatrixWorld> CreateAsync(TeamHub hub, IReadOnlyDictionary<Who, UserId> people, UserId bystander, Setting setting, bool withVersion = false)
    {
        await using var scope = hub.Hub.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var world = await services.GetRequiredService<IUnitOfWork>().RunAsync(ct => WriteAsync(services, people, bystander, setting, ct), _ => true, default);
        var owner = new Call(new Actor(people[Who.Owner]), new CallOrigin(null, null));
        var file = await services.GetRequiredService<FileCatalog>().CreateAsync(owner, new WorkspaceId(world.Workspace), "old.txt", "old", null, default);
        if (withVersion) Assert.Null((await services.GetRequiredService<KeepingVersions>().KeepAsync(owner, new WorkspaceId(world.Workspace), file.Value.Id, "First", default)).Error);
        if (setting == Setting.Archived)
        {
            const string archive = "update workspaces set status = 'archived' where ws_id = @workspace";
            await services.GetRequiredService<DbSession>().ExecuteAsync(archive, new { workspace = world.Workspace }, default);
        }
        return world with { File = file.Value.Id.Value };
    }

    /// <summary>This workspace and session with what belongs to another one.</summary>
    public MatrixWorld With(MatrixWorld other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with { WorkspaceInvitation = other.WorkspaceInvitation, SessionInvitation = other.SessionInvitation, File = other.File };
    }

    /// <summary>The invitations of the workspace and of the session in each other's place.</summary>
    public MatrixWorld WithOtherKind() => this with { WorkspaceInvitation = SessionInvitation, SessionInvitation = WorkspaceInvitation };

    /// <summary>The address of a row in this world.</summary>
    public string PathOf(MatrixRow row)
    {
        var ofSession = row.Pattern.StartsWith("/sessions", StringComparison.Ordinal);
        return "api" + row.Pattern
            .Replace("{wsId}", $"{Workspace}", StringComparison.Ordinal)
            .Replace("{sessionId}", $"{Session}", StringComparison.Ordinal)
            .Replace("{userId}", $"{(ofSession ? Participant : Member)}", StringComparison.Ordinal)
            .Replace("{invitationId}", $"{(ofSession ? SessionInvitation : WorkspaceInvitation)}", StringComparison.Ordinal)
            .Replace("{deploymentId}", $"{Deployment}", StringComparison.Ordinal)
            .Replace("{fileId}", $"{File}", StringComparison.Ordinal)
            .Replace("{tokenId}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
            .Replace("{token}", Token, StringComparison.Ordinal)
            .Replace("{n}", "1", StringComparison.Ordinal)
            .Replace("{provider}", "nobody", StringComparison.Ordinal)
            .Replace("{link}", Link, StringComparison.Ordinal)
            + row.Query;
    }

    private static async Task<MatrixWorld> WriteAsync(
        IServiceProvider services, IReadOnlyDictionary<Who, UserId> people, UserId bystander, Setting setting, CancellationToken ct)
    {
        var now = services.GetRequiredService<Changes>().Now;
        var workspace = new Workspace(
            new WorkspaceId(Guid.CreateVersion7()), "Matrix", null, people[Who.Owner], setting == Setting.Public, false,
            WorkspaceStatus.Active, now, now, now);
        await services.GetRequiredService<IWorkspaceStore>().AddAsync(workspace, ct);
        var members = services.GetRequiredService<IMemberStore>();
        foreach (var (who, role) in new[] { (Who.Admin, Role.Admin), (Who.Editor, Role.Editor), (Who.SessionOwner, Role.Editor), (Who.Viewer, Role.Viewer) })
        {
            await members.SetAsync(workspace.Id, people[who], role, workspace.Owner, now, ct);
        }
        await members.SetAsync(workspace.Id, bystander, Role.Viewer, workspace.Owner, now, ct);
        await members.SetAsync(workspace.Id, people[Who.Removed], Role.Admin, workspace.Owner, now, ct);
        await members.RevokeAsync(workspace.Id, people[Who.Removed], Role.Admin, now, ct);
        await members.SetAsync(workspace.Id, people[Who.Suspended], Role.Admin, workspace.Owner, now, ct);
        const string suspend = "update workspace_permissions set status = 'suspended' where ws_id = @workspace and user_id = @user";
        await services.GetRequiredService<DbSession>().ExecuteAsync(suspend, new { workspace = workspace.Id.Value, user = people[Who.Suspended].Value }, ct);

        var session = new Session(
            new SessionId(Guid.CreateVersion7()), workspace.Id, "Matrix", null, null, null, false, people[Who.SessionOwner],
            setting == Setting.Ended ? SessionStatus.Ended : SessionStatus.Active, now, now, now);
        await services.GetRequiredService<ISessionStore>().AddAsync(session, ct);
        var participants = services.GetRequiredService<IParticipantStore>();
        foreach (var (who, role) in new[] { (Who.SessionOwner, Role.Owner), (Who.SessionEditor, Role.Editor), (Who.SessionViewer, Role.Viewer) })
        {
            await participants.AddAsync(Guid.CreateVersion7(), session.Id, people[who], role, now, ct);
        }
        await participants.AddAsync(Guid.CreateVersion7(), session.Id, bystander, Role.Viewer, now, ct);
        await participants.AddAsync(Guid.CreateVersion7(), session.Id, people[Who.Removed], Role.Editor, now, ct);
        await participants.RemoveAsync(session.Id, people[Who.Removed], now, ct);

        var (mailed, link) = (SecretToken.Create(), SecretToken.Create());
        var toWorkspace = await InviteAsync(InvitationPlace.Of(workspace.Id), "someone@example.org", mailed);
        var toSession = await InviteAsync(InvitationPlace.Of(session.Id), "someone@example.org", SecretToken.Create());
        await InviteAsync(InvitationPlace.Of(session.Id), null, link);
        await InviteAsync(InvitationPlace.Of(workspace.Id), "invited@example.org", SecretToken.Create());
        await InviteAsync(InvitationPlace.Of(session.Id), "invited@example.org", SecretToken.Create());
        return new MatrixWorld(
            workspace.Id.Value, session.Id.Value, bystander.Value, bystander.Value, toWorkspace.Value, toSession.Value, mailed.Text, link.Text, Guid.Empty,
            await DeployAsync());

        async Task<Guid> DeployAsync()
        {
            var deployment = new Deployment
            {
                Id = new DeploymentId(Guid.CreateVersion7()), Session = session.Id, Workspace = workspace.Id, Owner = people[Who.SessionOwner],
                Url = "http://matrix.apps.localhost/", Runtime = "static", Port = 8080, CreatedAt = now, LastActive = now,
            };
            await services.GetRequiredService<IDeploymentStore>().AddAsync(deployment, [], ct);
            var operators = services.GetRequiredService<IDeploymentParticipantStore>();
            await operators.SetAsync(Guid.CreateVersion7(), deployment.Id, bystander, Role.Viewer, now, ct);
            return deployment.Id.Value;
        }

        Task<InvitationId> InviteAsync(InvitationPlace place, string? email, SecretToken secret) => services.GetRequiredService<IInvitationStore>().AddOrRefreshAsync(
            new Invitation(
                new InvitationId(Guid.CreateVersion7()), place, workspace.Id, email, null, Role.Editor, null, InvitationStatus.Pending,
                workspace.Owner, now, now.AddDays(1)),
            secret.Hash, ct);
    }
}
