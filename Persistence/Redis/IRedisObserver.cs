namespace CollabHub.Persistence.Redis;

/// <summary>Hears of what the lines to the other nodes meet; the host logs and counts it. Must not block or throw.</summary>
public interface IRedisObserver
{
    /// <summary>The connection to Redis broke; it is tried again.</summary>
    void Lost(string reason);

    /// <summary>The connection to Redis is back.</summary>
    void Restored();

    /// <summary>Messages could not be sent and were dropped; the log makes up for them.</summary>
    void Dropped(int messages);

    /// <summary>A message was not ours: forged, replayed, cut, or of another version. It was dropped.</summary>
    void Refused(string channel, string why);

    /// <summary>A subscription did not hear what was said on it and was made again.</summary>
    void Resubscribed(string channel);
}
