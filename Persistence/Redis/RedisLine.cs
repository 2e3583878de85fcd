using System.Collections.Concurrent;
using System.Threading.Channels;
using StackExchange.Redis;

namespace CollabHub.Persistence.Redis;

/// <summary>
/// Sealed messages between nodes over Redis channels. What gathers while one round of publications is under way leaves with the
/// next, one publication per channel; what does not fit into the queue is dropped. Each subscription is proven by the node's own voice.
/// </summary>
public sealed class RedisLine : IAsyncDisposable
{
    private const int QueueCapacity = 8192;
    private const int MessagesPerRound = 1024;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly Channel<(string Channel, byte[] Message)> _queue = Channel.CreateBounded<(string, byte[])>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true });
    private readonly ConcurrentDictionary<RedisSubscription, bool> _subscriptions = new();
    private readonly RedisConnection _connection;
    private readonly MessageSeal _seal;
    private readonly IRedisObserver _observer;
    private readonly TimeProvider _time;
    private readonly ITimer _look;
    private readonly Task _sending;
    private Task _looking = Task.CompletedTask;
    private long _number;

    /// <param name="connection">To Redis.</param>
    /// <param name="node">This run of this node, unique in the cluster.</param>
    /// <param name="key">The cluster's key, 32 bytes.</param>
    /// <param name="observer">Hears of what goes wrong.</param>
    /// <param name="time">The clock.</param>
    public RedisLine(RedisConnection connection, string node, byte[] key, IRedisObserver observer, TimeProvider time)
    {
        _connection = connection;
        Node = node;
        _seal = new MessageSeal(key);
        _observer = observer;
        _time = time;
        _connection.Multiplexer.ConnectionFailed += OnFailed;
        _look = time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
        _sending = Task.Run(SendAsync);
    }

    /// <summary>This run of this node.</summary>
    public string Node { get; }

    /// <summary>Hands a message over; never blocks, drops when too much waits.</summary>
    public void Publish(string channel, byte[] message)
    {
        if (!_queue.Writer.TryWrite((channel, message))) _observer.Dropped(1);
    }

    /// <summary>Starts to hear a channel; complete when it hears, or when Redis is away: then it goes on trying.</summary>
    /// <param name="channel">Which.</param>
    /// <param name="receive">Called for every message of every node, the own one included, one at a time.</param>
    /// <param name="resumed">Called when it hears again after a break, in which anything may have been missed.</param>
    internal async Task<RedisSubscription> SubscribeAsync(string channel, Action<string, ReadOnlyMemory<byte>> receive, Action resumed)
    {
        var subscription = new RedisSubscription(this, channel, receive, resumed, _connection, _seal, _observer, _time);
        _subscriptions[subscription] = true;
        await subscription.OpenAsync();
        return subscription;
    }

    internal void Forget(RedisSubscription subscription) => _subscriptions.TryRemove(subscription, out _);

    internal void Ask(RedisSubscription subscription) => Publish(subscription.Channel, []);

    private void OnFailed(object? sender, ConnectionFailedEventArgs failed)
    {
        foreach (var (subscription, _) in _subscriptions) subscription.Doubt();
    }

    private void Look()
    {
        if (_looking.IsCompleted) _looking = LookAsync();
    }

    private async Task LookAsync()
    {
        await Task.WhenAll(_subscriptions.Keys.Select(subscription => subscription.LookAsync()));
    }

    private async Task SendAsync()
    {
        var round = new Dictionary<string, List<byte[]>>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            for (var i = 0; i < MessagesPerRound && _queue.Reader.TryRead(out var next); i++)
            {
                if (!round.TryGetValue(next.Channel, out var messages)) round.Add(next.Channel, messages = []);
                // A question for the echo needs no bytes of its own beside others.
                if (next.Message.Length > 0) messages.Add(next.Message);
            }
            await Task.WhenAll(round.Select(entry => SendAsync(entry.Key, entry.Value)));
            round.Clear();
        }
    }

    private async Task SendAsync(string channel, List<byte[]> messages)
    {
        var number = Interlocked.Increment(ref _number);
        foreach (var (subscription, _) in _subscriptions)
        {
            if (subscription.Channel == channel) subscription.Sent(number);
        }
        try
        {
            var publication = _seal.Seal(channel, Node, number, MessageBatch.Join(messages));
            await _connection.Multiplexer.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), publication);
        }
        catch (Exception exception) when (IsAway(exception))
        {
            _observer.Dropped(messages.Count);
        }
    }

    internal static bool IsAway(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _connection.Multiplexer.ConnectionFailed -= OnFailed;
        await _look.DisposeAsync();
        _queue.Writer.TryComplete();
        await _sending;
        await _looking;
    }
}
