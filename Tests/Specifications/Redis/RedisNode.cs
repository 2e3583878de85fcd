using System.Collections.Concurrent;
using CollabHub.Persistence.Redis;

namespace CollabHub.Tests.Specifications.Redis;

/// <summary>What one node has of Redis, without the rest of it.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    public RedisNode(string connectionString, string cluster, string name, byte? key = null)
    {
        Keys = new RedisKeys(cluster);
        Connection = RedisConnection.Open(connectionString, Observer);
        Line = new RedisLine(Connection, name, [.. Enumerable.Repeat(key ?? 7, 32)], Observer, TimeProvider.System);
    }

    public RedisKeys Keys { get; }
    public RecordingRedis Observer { get; } = new();
    public RedisConnection Connection { get; }
    public RedisLine Line { get; }
    public RedisRoomBus Rooms => new(Line, Keys);

    public async ValueTask DisposeAsync()
    {
        await Line.DisposeAsync();
        await Connection.DisposeAsync();
    }
}

internal sealed class RecordingRedis : IRedisObserver
{
    public ConcurrentQueue<string> Told { get; } = new();

    public void Lost(string reason) => Told.Enqueue("lost");

    public void Restored() => Told.Enqueue("restored");

    public void Dropped(int messages) => Told.Enqueue("dropped");

    public void Refused(string channel, string why) => Told.Enqueue("refused " + why);

    public void Resubscribed(string channel) => Told.Enqueue("resubscribed");
}
