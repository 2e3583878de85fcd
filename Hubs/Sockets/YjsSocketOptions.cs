namespace CollabHub.Hubs.Sockets;

/// <summary>Bounds and times of Yjs sockets.</summary>
public sealed record YjsSocketOptions
{
    /// <summary>Bytes of one message: a first sync with offline work, and its framing.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024 + 1024;

    /// <summary>WebSocket pings.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after a ping that ends the connection.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest time without a data frame: stock clients drop a connection that is silent for 30 s.</summary>
    public TimeSpan DataInterval { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long the connection outlives its token.</summary>
    public TimeSpan TokenGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a socket may be open without a document whose token was good.</summary>
    public TimeSpan PreAuthenticationTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that such a socket may send.</summary>
    public int PreAuthenticationBytes { get; init; } = 4 * 1024;

    /// <summary>Documents that one socket may have open.</summary>
    public int MaxDocuments { get; init; } = 32;

    /// <summary>How long before its token runs out a Hocuspocus document is asked for a fresh one.</summary>
    public TimeSpan TokenWarning { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one message may take to leave; a peer that reads nothing for this long is cut off.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the other side may take to answer a close.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
