using System.Threading.Channels;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Cluster;

/// <summary>
/// Ties this node to the others: it hears what they say, tells rooms and presence of nodes that are gone, acts on their hints, and
/// while it cannot hear, or may have missed something, reads again what its connections may do.
/// </summary>
internal sealed partial class ClusterService(
    IClusterBus bus, ClusterMembership membership, RoomDirectory rooms, PresenceRegistry presence, LiveEffects effects, NodeMeter meter,
    ClusterOptions options, TimeProvider time, ILogger<ClusterService> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private const int RoutineLooks = 4;

    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateUnbounded<Func<CancellationToken, Task>>(
        new UnboundedChannelOptions { SingleReader = true });

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        membership.Gone += node => _work.Writer.TryWrite(ct => ForgetAsync(node, ct));
        membership.Resumed += () => _work.Writer.TryWrite(ReadAgainAsync);
        await bus.ListenAsync(Receive);
        membership.Start(meter.Take, () => presence.Seq);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        membership.Leave();
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(WorkAsync(stoppingToken), WatchAsync(stoppingToken));

    private void Receive(ClusterMessage message)
    {
        membership.Receive(message);
        presence.Receive(message);
        if (message is LiveHint hint && hint.Node != bus.Node) _work.Writer.TryWrite(ct => effects.ApplyAsync(hint.Event, ct));
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var work in _work.Reader.ReadAllAsync(ct)) await TryAsync(work, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            for (var look = 1; await timer.WaitForNextTickAsync(ct); look++)
            {
                if (!membership.IsHeld) await TryAsync(ReadAgainAsync, ct);
                // A node that cannot reach the others may still commit a change, and nobody hears of it.
                else if (!options.IsAlone && look % RoutineLooks == 0) await TryAsync(effects.ReviewConnectionsAsync, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            await work(ct);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            LogFailed(exception);
        }
    }

    private async Task ForgetAsync(string node, CancellationToken ct)
    {
        LogGone(node);
        rooms.ForgetNode(node);
        await presence.ForgetNodeAsync(node);
        await ReadAgainAsync(ct);
    }

    private async Task ReadAgainAsync(CancellationToken ct)
    {
        var hears = !membership.IsPartial;
        rooms.LookAtLog();
        await effects.ReviewConnectionsAsync(ct);
        if (!hears) return;
        // What could not be read is read again with the next look.
        if (await rooms.ReviewAllAsync()) membership.Confirm();
    }

    [LoggerMessage(1, LogLevel.Warning, "Node {Node} is gone, and everyone who was on it.", EventName = "NodeGone")]
    private partial void LogGone(string node);

    [LoggerMessage(2, LogLevel.Warning, "What other nodes said could not be acted on; access is read again before it is used.", EventName = "HintFailed")]
    private partial void LogFailed(Exception exception);
}
