using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Files;
using CollabHub.Domain.Live;
using CollabHub.Domain.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Delivers what use cases on this node committed: its effects here, and hub events to connections everywhere. In order, one at a time.</summary>
public sealed partial class LiveEventDispatcher(
    IServiceScopeFactory scopes, LiveEffects effects, IHubContext<SessionHub, ISessionClient> hub, LiveEventQueue queue,
    Notifications notifications, Deployments.DeploymentDelivery deployments, ILogger<LiveEventDispatcher> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var liveEvent in queue.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await effects.ApplyAsync(liveEvent, stoppingToken);
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
        SessionChanged e => OnSessionAsync(e.Session, static (client, session) => client.SessionChanged(session), ct),
        SessionEnded e => OnSessionAsync(e.Session, static (client, session) => client.SessionEnded(session), ct),
        ParticipantChanged e => OnParticipantAsync(e.Session, e.User, ct),
        FileAdded e => OnFileAsync(e.Workspace, e.File, static (client, file) => client.FileAdded(file), ct),
        FileChanged e => OnFileAsync(e.Workspace, e.File, static (client, file) => client.FileChanged(file), ct),
        FileRemoved e => OnFileRemovedAsync(e),
        DeploymentChanged e => deployments.OnDeploymentAsync(e, ct),
        InvitationChanged e => notifications.InvitationAsync(e, ct),
        MembershipChanged e => notifications.MembershipAsync(e),
        // Others have effects only.
        _ => Task.CompletedTask,
    };

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
        if (participant is not null) await audience.RoleChanged(new RoleEvent(id.Value, user.Value, Domain.Access.RoleNames.ToName(participant.Role)));
        else await audience.ParticipantRemoved(new RoleEvent(id.Value, user.Value, null));
    }

    private async Task OnFileAsync(WorkspaceId workspace, FileId file, Func<ISessionClient, FileEvent, Task> send, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<IFileStore>().FindAsync(file, ct) is not { } entry) return;
        await send(hub.Clients.Group(HubGroups.Workspace(workspace)), new FileEvent(workspace.Value, FileEntryFrame.From(entry)));
    }

    private Task OnFileRemovedAsync(FileRemoved removed) =>
        hub.Clients.Group(HubGroups.Workspace(removed.Workspace)).FileRemoved(new FileEvent(removed.Workspace.Value, FileEntryFrame.From(removed.Last)));

    [LoggerMessage(1, LogLevel.Error, "A live event of kind {Kind} could not be delivered.", EventName = "LiveEventFailed")]
    private partial void LogDeliveryFailed(Exception exception, string kind);
}

/// <summary>Where use cases leave their events; <see cref="LiveEventDispatcher"/> owns the reading end.</summary>
public sealed class LiveEventQueue(IClusterBus bus) : ILiveEvents
{
    private readonly Channel<LiveEvent> _queue = Channel.CreateUnbounded<LiveEvent>(); // A channel for a single reader could not be counted.

    /// <summary>The events in the order of their commits.</summary>
    public ChannelReader<LiveEvent> Reader => _queue.Reader;

    /// <inheritdoc/>
    public void Publish(LiveEvent liveEvent)
    {
        if (liveEvent is AccessChanged or SignInEnded or FileRemoved or ParticipantChanged) bus.Publish(new LiveHint(bus.Node, liveEvent));
        _queue.Writer.TryWrite(liveEvent);
    }
}
