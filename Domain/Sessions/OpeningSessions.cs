using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Domain.Workspaces.Documents;

namespace CollabHub.Domain.Sessions;

/// <summary>What a new session starts with; already checked by the edge.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Language">How it is run.</param>
/// <param name="Framework">How it is run.</param>
/// <param name="IsDynamic">Whether its app has a server process.</param>
/// <param name="Workspace">Whose files; null creates a private workspace for it.</param>
public sealed record NewSession(
    string Name, string? Description = null, string? Language = null, string? Framework = null, bool IsDynamic = false, WorkspaceId? Workspace = null);

/// <summary>Opens sessions.</summary>
public sealed class OpeningSessions(
    AccessGuard guard, ISessionStore sessions, IParticipantStore participants, CreatingWorkspaces workspaces, TeamLimits limits, Changes changes,
    IWorkspaceActivity activity)
{
    /// <summary>Opens a session that the caller owns, on a workspace of his (editor and up) or on a new private one. Guests: new one only.</summary>
    public Task<Result<SessionView>> OpenAsync(Call call, NewSession wanted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(wanted);
        return changes.RunAsync<SessionView>(
            async token =>
            {
                if (call.Actor.IsGuest && wanted.Workspace is not null) return WorkspaceErrors.Guest;
                var place = await PlaceAsync(call, wanted, token);
                if (!place.TryGet(out var workspace, out var refused)) return refused;
                if (await sessions.CountOpenAsync(call.User, token) >= limits.OpenSessionsPerUser) return SessionErrors.Quota;
                var now = changes.Now;
                var session = new Session(
                    new SessionId(changes.NewId()), workspace, wanted.Name, wanted.Description, wanted.Language, wanted.Framework,
                    wanted.IsDynamic, call.User, SessionStatus.Active, now, now, now);
                await sessions.AddAsync(session, token);
                await participants.AddAsync(changes.NewId(), session.Id, call.User, Role.Owner, now, token);
                var fields = new FieldChanges()
                    .Set("name", session.Name).Set("description", session.Description).Set("language", session.Language)
                    .Set("framework", session.Framework).Set("isDynamic", session.IsDynamic)
                    .Set("workspaceId", workspace.ToString()).Set("newWorkspace", wanted.Workspace is null);
                await changes.AuditAsync(call, workspace, "session.create", "session", session.Id.ToString(), fields, token);
                changes.AfterCommit(() => activity.Count(workspace, DocumentCounters.Sessions));
                return new SessionView(session, Role.Owner);
            },
            ct);
    }

    private async Task<Result<WorkspaceId>> PlaceAsync(Call call, NewSession wanted, CancellationToken ct)
    {
        if (wanted.Workspace is not { } id)
        {
            var added = await workspaces.AddAsync(call.User, new NewWorkspace(wanted.Name), ct);
            return added.Map(workspace => workspace.Id);
        }
        var access = await guard.RequireAsync(call.Actor, id, Permission.SessionsOpen, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        return granted.IsArchived ? AccessErrors.WorkspaceArchived : id;
    }
}
