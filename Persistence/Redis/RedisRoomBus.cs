using CollabHub.Domain;
using CollabHub.Domain.Editing;

namespace CollabHub.Persistence.Redis;

/// <summary>Rooms on several nodes, over Redis: one channel for each open file. docs/protocol.md, Between nodes.</summary>
public sealed class RedisRoomBus(RedisLine line, RedisKeys keys) : IRoomBus
{
    /// <inheritdoc/>
    public string Node => line.Node;

    /// <inheritdoc/>
    public async ValueTask<IRoomChannel> SubscribeAsync(FileId file, Action<RoomBusMessage> receive, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(receive);
        var subscription = await line.SubscribeAsync(
            keys.File(file),
            (node, bytes) =>
            {
                if (node != line.Node && RoomBusCodec.Decode(node, bytes) is { } message) receive(message);
            },
            () => receive(new BusResumed()));
        return new FileChannel(line, subscription);
    }

    private sealed class FileChannel(RedisLine line, RedisSubscription subscription) : IRoomChannel
    {
        public void Publish(RoomBusMessage message) => line.Publish(subscription.Channel, RoomBusCodec.Encode(message));

        public void Verify() => subscription.Doubt();

        public ValueTask DisposeAsync() => subscription.DisposeAsync();
    }
}
