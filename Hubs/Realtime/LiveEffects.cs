using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Files;
using CollabHub.Domain.Live;
using CollabHub.Domain.Presence;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Workspaces;
using CollabHub.Hubs.Auth;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// What committed changes of access do to the connections and rooms of this node. An event only says where to look: what is done
/// follows from the tables, so that an event that never happened, or happened long ago, does nothing.
/// </summary>
public sealed class LiveEffects(
    IServiceScopeFactory scopes, RoomDirectory rooms, PresenceRegistry presence, SessionConnections connections, IFileRoles roles,
    SignInConnections signIns, IHubContext<SessionHub, ISessionClient> hub, Deployments.DeploymentReview deployments)
{
    /// <summary>Applies one event, whichever node it comes from.</summary>
    public Task ApplyAsync(LiveEvent liveEvent, CancellationToken ct) => liveEvent switch
    {
        AccessChanged e => ReviewAsync(e, ct),
        SignInEnded e => ReviewSignInsAsync(e.User, ct),
        ParticipantChanged e => OnParticipantAsync(e.Session, e.User, ct),
        FileRemoved e => OnFileRemovedAsync(e.File, ct),
        _ => Task.CompletedTask,
    };

    /// <summary>Looks at every connection of this node as if everything had changed; for when events may have been missed.</summary>
    public async Task ReviewConnectionsAsync(CancellationToken ct)
    {
        await ReviewSignInsAsync(null, ct);
        foreach (var (session, user) in connections.All) await OnParticipantAsync(session, user, ct);
    }

    private async Task ReviewAsync(AccessChanged change, CancellationToken ct)
    {
        deployments.Ask();
        var workspace = change.Workspace;
        var lostCode = ClosedCodes.AccessRevoked;
        if (change.Session is { } id)
        {
            await using var scope = scopes.CreateAsyncScope();
            var session = await scope.ServiceProvider.GetRequiredService<SessionQueries>().FindAsync(id, ct);
            workspace ??= session?.Workspace;
            if (session?.Status == SessionStatus.Ended) lostCode = ClosedCodes.SessionEnded;
        }
        else if (workspace is { } whole && change.User is null && await IsGoneAsync(whole, ct))
        {
            foreach (var room in rooms.Open(whole)) rooms.Shut(room.File);
            return;
        }
        foreach (var room in rooms.Open(workspace)) room.ReviewRoles(change.User, (user, token) => roles.RoleAsync(user, room.File, token), lostCode);
    }

    private async Task<bool> IsGoneAsync(WorkspaceId workspace, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IWorkspaceStore>().FindAsync(workspace, ct) is null;
    }

    private async Task ReviewSignInsAsync(UserId? user, CancellationToken ct)
    {
        deployments.Ask();
        await using var scope = scopes.CreateAsyncScope();
        var tokens = scope.ServiceProvider.GetRequiredService<IRefreshTokenStore>();
        await signIns.ReviewAsync(user, family => tokens.IsLiveAsync(family, ct));
    }

    private async Task OnParticipantAsync(SessionId id, UserId user, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var queries = scope.ServiceProvider.GetRequiredService<SessionQueries>();
        if (await queries.FindParticipantAsync(id, user, ct) is { } participant)
        {
            await presence.SetRoleAsync(id, user, participant.Role);
            return;
        }
        await presence.RemoveAsync(id, user);
        var workspace = (await queries.FindAsync(id, ct))?.Workspace;
        foreach (var connection in connections.Take(id, user))
        {
            // What is told to the group may come after he left it: hints and backplane messages have no order between them.
            await hub.Clients.Client(connection).ParticipantRemoved(new RoleEvent(id.Value, user.Value, null));
            await hub.Groups.RemoveFromGroupAsync(connection, HubGroups.Session(id), ct);
            if (workspace is { } ws) await hub.Groups.RemoveFromGroupAsync(connection, HubGroups.Workspace(ws), ct);
        }
    }

    private async Task OnFileRemovedAsync(FileId file, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<IFileStore>().FindAsync(file, ct) is null) rooms.Shut(file);
    }
}
