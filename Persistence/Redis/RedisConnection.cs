using StackExchange.Redis;

namespace CollabHub.Persistence.Redis;

/// <summary>
/// The connection of this process to Redis. It never refuses to start, never waits long and never queues while Redis is away:
/// whatever is said on it is a doorbell that may be missed.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);
    private const int KeepAliveSeconds = 5;

    private RedisConnection(ConnectionMultiplexer multiplexer) => Multiplexer = multiplexer;

    /// <summary>The connection, up or not.</summary>
    public IConnectionMultiplexer Multiplexer { get; }

    /// <summary>Whether Redis answers.</summary>
    public bool IsConnected => Multiplexer.IsConnected;

    /// <summary>Opens the connection, or begins to try.</summary>
    /// <param name="connectionString">As StackExchange.Redis reads it, such as <c>host:6379,password=…,ssl=true</c>.</param>
    /// <param name="observer">Hears when it comes and goes.</param>
    public static RedisConnection Open(string connectionString, IRedisObserver observer)
    {
        var multiplexer = ConnectionMultiplexer.Connect(Options(connectionString));
        multiplexer.ConnectionFailed += (_, failed) => observer.Lost($"{failed.ConnectionType} {failed.FailureType}");
        multiplexer.ConnectionRestored += (_, _) => observer.Restored();
        if (!multiplexer.IsConnected) observer.Lost("not reached at start");
        return new RedisConnection(multiplexer);
    }

    /// <summary>What is wrong with a connection string, or null. The answer never repeats the string, which may hold a password.</summary>
    public static string? ProblemOf(string connectionString)
    {
        try
        {
            return ConfigurationOptions.Parse(connectionString, ignoreUnknown: false).EndPoints.Count > 0 ? null : "names no host";
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return "is not a Redis connection string, such as host:6379,password=...,ssl=true";
        }
    }

    /// <summary>A connection string with what every connection of this server needs.</summary>
    public static ConfigurationOptions Options(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AsyncTimeout = options.SyncTimeout = (int)Timeout.TotalMilliseconds;
        options.ConnectTimeout = 2 * (int)Timeout.TotalMilliseconds;
        options.KeepAlive = KeepAliveSeconds;
        options.ReconnectRetryPolicy = new LinearRetry((int)RetryEvery.TotalMilliseconds);
        // Publications and subscriptions on connections of their own: one that is slow or killed does not take the other along.
        options.Protocol = RedisProtocol.Resp2;
        return options;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Multiplexer.DisposeAsync();
}
