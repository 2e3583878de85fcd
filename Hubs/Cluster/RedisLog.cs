using CollabHub.Persistence.Redis;

namespace CollabHub.Hubs.Cluster;

/// <summary>What the lines to the other nodes meet, in the log; what may come in floods at most once a second.</summary>
internal sealed partial class RedisLog(ILogger<RedisLog> logger, TimeProvider time) : IRedisObserver
{
    private long _dropped;
    private long _refused;
    private long _saidDropped = -1;
    private long _saidRefused = -1;

    /// <summary>Messages that were dropped since the start because Redis did not take them.</summary>
    public long DroppedMessages => Interlocked.Read(ref _dropped);

    /// <summary>Messages that were refused since the start because they were not ours.</summary>
    public long RefusedMessages => Interlocked.Read(ref _refused);

    [LoggerMessage(1, LogLevel.Warning, "Redis is away ({Reason}): other nodes follow by the log, events stay on this node.", EventName = "RedisLost")]
    public partial void Lost(string reason);

    [LoggerMessage(2, LogLevel.Information, "Redis is back.", EventName = "RedisRestored")]
    public partial void Restored();

    public void Dropped(int messages)
    {
        var all = Interlocked.Add(ref _dropped, messages);
        if (IsDue(ref _saidDropped)) LogDropped(all);
    }

    public void Refused(string channel, string why)
    {
        var all = Interlocked.Increment(ref _refused);
        if (IsDue(ref _saidRefused)) LogRefused(channel, why, all);
    }

    [LoggerMessage(3, LogLevel.Warning, "Channel {Channel} did not hear its own voice and was subscribed again.", EventName = "Resubscribed")]
    public partial void Resubscribed(string channel);

    private bool IsDue(ref long said)
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        return Interlocked.Exchange(ref said, second) != second;
    }

    [LoggerMessage(4, LogLevel.Warning, "Messages to other nodes were dropped, {All} since the start; they follow by the log.", EventName = "Dropped")]
    private partial void LogDropped(long all);

    [LoggerMessage(5, LogLevel.Warning, "A message on {Channel} was refused ({Why}), {All} since the start.", EventName = "Refused")]
    private partial void LogRefused(string channel, string why, long all);
}
