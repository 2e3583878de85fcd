using System.Collections.Concurrent;
using CollabHub.Persistence.Redis;

namespace CollabHub.Hubs.Cluster;

/// <summary>Keeps the backplanes of all hubs joined while Redis answers, and apart while it does not.</summary>
internal sealed class HubBackplane(RedisConnection redis, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<IHubBackplane, bool> _hubs = new();

    /// <summary>A hub is in use; complete when it was joined for the first time, or could not be.</summary>
    public Task UseAsync(IHubBackplane hub) => _hubs.TryAdd(hub, true) && redis.IsConnected ? hub.EnsureAsync() : Task.CompletedTask;

    /// <summary>A hub has ended.</summary>
    public void Remove(IHubBackplane hub) => _hubs.TryRemove(hub, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            do
            {
                foreach (var hub in _hubs.Keys)
                {
                    if (redis.IsConnected) await hub.EnsureAsync();
                    else hub.Leave();
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
