using CollabHub.Domain.Editing;
using CollabHub.Domain.Operations;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Cluster;

/// <summary>The figures that this node tells of itself. Asked by one at a time.</summary>
internal sealed class NodeMeter(SignInConnections connections, RoomDirectory rooms, Draining draining, TimeProvider time)
{
    private long _at = time.GetTimestamp();
    private TimeSpan _processor = Environment.CpuUsage.TotalTime;
    private long _received;
    private long _delivered;

    /// <summary>The figures since the last question.</summary>
    public NodeFigures Take()
    {
        var now = time.GetTimestamp();
        var seconds = Math.Max(time.GetElapsedTime(_at, now).TotalSeconds, 0.001);
        var (received, delivered, processor) = (rooms.Meter.Received, rooms.Meter.Delivered, Environment.CpuUsage.TotalTime);
        var saves = rooms.Meter.Saves.Take();
        var figures = new NodeFigures(
            connections.Count, rooms.Count, (received - _received) / seconds, (delivered - _delivered) / seconds,
            saves.P50.TotalMilliseconds, saves.P99.TotalMilliseconds, rooms.Meter.UnsavedBytes, (processor - _processor).TotalSeconds / seconds * 100, Environment.WorkingSet,
            draining.HasBegun);
        (_at, _received, _delivered, _processor) = (now, received, delivered, processor);
        return figures;
    }
}
