using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Files;
using CollabHub.Domain.Live;
using CollabHub.Domain.Presence;
using CollabHub.Domain.Sessions;
using CollabHub.Hubs.Auth;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Delivers what use cases committed: to the rooms as new roles, to the connections as hub events. In order, one at a time.</summary>
public sealed partial class LiveEventDispatcher(
    IServiceScopeFactory scopes, RoomDirectory rooms, PresenceRegistry presence, SessionConnections connections, FileOpening opening,
    IHubContext<SessionHub, ISessionClient> hub, LiveEventQueue queue,
    SignInConnections signIns, Deployments.DeploymentDelivery deployments, ILogger<LiveEventDispatcher> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var liveEvent in queue.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await DeliverAsync(liveEvent, stoppingToken);
            }
            catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
            {
                LogDeliveryFailed(exception, liveEvent.GetType().Name);
            }
        }
    }

    private Task DeliverAsync(LiveEvent liveEvent, CancellationToken ct) => liveEvent switch
    {
        AccessChanged e => ReviewAsync(e, ct),
        SignInEnded e => CloseAsync(e),
        SessionChanged e => OnSessionAsync(e.Session, static (client, session) => client.SessionChanged(session), ct),
        SessionEnded e => OnSessionAsync(e.Session, static (client, session) => client.SessionEnded(session), ct),
        ParticipantChanged e => OnParticipantAsync(e.Session, e.User, ct),
        FileAdded e => OnFileAsync(e.Workspace, e.File, static (client, file) => client.FileAdded(file), ct),
        FileChanged e => OnFileAsync(e.Workspace, e.File, static (client, file) => client.FileChanged(file), ct),
        FileRemoved e => OnFileRemovedAsync(e),
        DeploymentChanged e => deployments.OnDeploymentAsync(e, ct),
        // Delivered by the notifications hub, which this version does not have yet.
        _ => Task.CompletedTask,
    };

    private Task CloseAsync(SignInEnded ended)
    {
        signIns.Close(ended);
        deployments.Review();
        return Task.CompletedTask;
    }

    private async Task ReviewAsync(AccessChanged change, CancellationToken ct)
    {
        deployments.Review();
        var workspace = change.Workspace;
        if (workspace is null && change.Session is { } id)
        {
            await using var scope = scopes.CreateAsyncScope();
            workspace = (await scope.ServiceProvider.GetRequiredService<SessionQueries>().FindAsync(id, ct))?.Workspace;
        }
        foreach (var room in rooms.Open(workspace)) room.ReviewRoles(change.User, (user, token) => opening.RoleAsync(user, room.File, token));
    }

    private async Task OnSessionAsync(SessionId id, Func<ISessionClient, SessionEvent, Task> send, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<SessionQueries>().FindAsync(id, ct) is not { } session) return;
        await send(hub.Clients.Group(HubGroups.Session(id)), new SessionEvent(SessionFrame.From(session)));
    }

    private async Task OnParticipantAsync(SessionId id, UserId user, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var queries = scope.ServiceProvider.GetRequiredService<SessionQueries>();
        var participant = await queries.FindParticipantAsync(id, user, ct);
        var audience = hub.Clients.Group(HubGroups.Session(id));
        if (participant is not null)
        {
            await presence.SetRoleAsync(id, user, participant.Role);
            await audience.RoleChanged(new RoleEvent(id.Value, user.Value, Domain.Access.RoleNames.ToName(participant.Role)));
            return;
        }
        await audience.ParticipantRemoved(new RoleEvent(id.Value, user.Value, null));
        await presence.RemoveAsync(id, user);
        var workspace = (await queries.FindAsync(id, ct))?.Workspace;
        foreach (var connection in connections.Take(id, user))
        {
            await hub.Groups.RemoveFromGroupAsync(connection, HubGroups.Session(id), ct);
            if (workspace is { } ws) await hub.Groups.RemoveFromGroupAsync(connection, HubGroups.Workspace(ws), ct);
        }
    }

    private async Task OnFileAsync(WorkspaceId workspace, FileId file, Func<ISessionClient, FileEvent, Task> send, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<IFileStore>().FindAsync(file, ct) is not { } entry) return;
        await send(hub.Clients.Group(HubGroups.Workspace(workspace)), new FileEvent(workspace.Value, FileEntryFrame.From(entry)));
    }

    private async Task OnFileRemovedAsync(FileRemoved removed)
    {
        rooms.Shut(removed.File);
        var frame = new FileEntryFrame(removed.File.Value, removed.Path, null, 0, removed.At, null);
        await hub.Clients.Group(HubGroups.Workspace(removed.Workspace)).FileRemoved(new FileEvent(removed.Workspace.Value, frame));
    }

    [LoggerMessage(1, LogLevel.Error, "A live event of kind {Kind} could not be delivered.", EventName = "LiveEventFailed")]
    private partial void LogDeliveryFailed(Exception exception, string kind);
}

/// <summary>Where use cases leave their events; <see cref="LiveEventDispatcher"/> owns the reading end.</summary>
public sealed class LiveEventQueue : ILiveEvents
{
    private readonly Channel<LiveEvent> _queue = Channel.CreateUnbounded<LiveEvent>(); // A channel for a single reader could not be counted.

    /// <summary>The events in the order of their commits.</summary>
    public ChannelReader<LiveEvent> Reader => _queue.Reader;

    /// <inheritdoc/>
    public void Publish(LiveEvent liveEvent) => _queue.Writer.TryWrite(liveEvent);
}
