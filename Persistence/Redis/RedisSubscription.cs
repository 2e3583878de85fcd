using StackExchange.Redis;

namespace CollabHub.Persistence.Redis;

/// <summary>
/// One channel that this node hears. A connection that stands does not mean that it hears: the node's own publications must come
/// back. A channel on which nothing of its own passes is asked every <see cref="AskEvery"/>; without an answer it is subscribed again.
/// </summary>
internal sealed class RedisSubscription : IAsyncDisposable
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1.5);

    // Guards everything below: the sender, the reader and the looks of the line meet here.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _numbers = [];
    private readonly RedisLine _line;
    private readonly Action<string, ReadOnlyMemory<byte>> _receive;
    private readonly Action _resumed;
    private readonly RedisConnection _connection;
    private readonly MessageSeal _seal;
    private readonly IRedisObserver _observer;
    private readonly TimeProvider _time;
    private bool _isProven;
    private bool _isClosed;
    private long _sent;
    private long? _unansweredSince;
    private long _answeredAt;

    public RedisSubscription(
        RedisLine line, string channel, Action<string, ReadOnlyMemory<byte>> receive, Action resumed, RedisConnection connection, MessageSeal seal,
        IRedisObserver observer, TimeProvider time)
    {
        _line = line;
        Channel = channel;
        _receive = receive;
        _resumed = resumed;
        _connection = connection;
        _seal = seal;
        _observer = observer;
        _time = time;
    }

    public string Channel { get; }

    private ISubscriber Subscriber => _connection.Multiplexer.GetSubscriber();

    /// <summary>Subscribes; false when Redis does not answer.</summary>
    public async Task<bool> OpenAsync()
    {
        try
        {
            if (!_connection.IsConnected) return false;
            var queue = await Subscriber.SubscribeAsync(RedisChannel.Literal(Channel));
            queue.OnMessage(message => OnMessage(message.Message));
            lock (_gate)
            {
                _isProven = true;
                _answeredAt = _time.GetTimestamp();
                _unansweredSince = null;
            }
            return true;
        }
        catch (Exception exception) when (RedisLine.IsAway(exception))
        {
            return false;
        }
    }

    /// <summary>The connection broke, or something was missed: nothing is proven until the own voice comes back.</summary>
    public void Doubt()
    {
        lock (_gate) _isProven = false;
        _line.Ask(this);
    }

    /// <summary>The line has said something on this channel.</summary>
    public void Sent(long number)
    {
        lock (_gate)
        {
            _sent = number;
            _unansweredSince ??= _time.GetTimestamp();
        }
    }

    /// <summary>Looks whether the own voice comes back; asks, or subscribes again.</summary>
    public async Task LookAsync()
    {
        bool isDeaf, isQuiet;
        lock (_gate)
        {
            if (_isClosed) return;
            isDeaf = _unansweredSince is { } since && _time.GetElapsedTime(since) > AnswerWithin;
            if (isDeaf) _isProven = false;
            isQuiet = _unansweredSince is null && (!_isProven || _time.GetElapsedTime(_answeredAt) > AskEvery);
        }
        if (isDeaf && _connection.IsConnected) await AgainAsync();
        else if (isDeaf || isQuiet) _line.Ask(this);
    }

    private async Task AgainAsync()
    {
        _observer.Resubscribed(Channel);
        await CloseAsync();
        var isOpen = await OpenAsync();
        lock (_gate)
        {
            _isProven = false;
            _unansweredSince = null;
            if (_isClosed) isOpen = false;
        }
        if (isOpen) _line.Ask(this);
    }

    private void OnMessage(ReadOnlyMemory<byte> message)
    {
        if (_seal.Open(Channel, message, out var why) is not { } opened)
        {
            _observer.Refused(Channel, why);
            return;
        }
        var isBack = false;
        lock (_gate)
        {
            if (_isClosed) return;
            if (opened.Number <= _numbers.GetValueOrDefault(opened.Node))
            {
                why = "replayed";
            }
            else
            {
                _numbers[opened.Node] = opened.Number;
                if (opened.Node == _line.Node) isBack = OnOwnVoice(opened.Number);
            }
        }
        if (why.Length > 0)
        {
            _observer.Refused(Channel, why);
            return;
        }
        if (isBack) _resumed();
        if (MessageBatch.Split(opened.Payload) is not { } messages)
        {
            _observer.Refused(Channel, "malformed");
            return;
        }
        foreach (var one in messages) _receive(opened.Node, one);
    }

    private bool OnOwnVoice(long number)
    {
        _answeredAt = _time.GetTimestamp();
        _unansweredSince = number >= _sent ? null : _answeredAt;
        if (_isProven) return false;
        return _isProven = true;
    }

    private async Task CloseAsync()
    {
        try
        {
            await Subscriber.UnsubscribeAsync(RedisChannel.Literal(Channel));
        }
        catch (Exception exception) when (RedisLine.IsAway(exception))
        {
            // Redis forgets the subscriptions of a connection that is gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _isClosed = true;
        _line.Forget(this);
        await CloseAsync();
    }
}
