using CollabHub.Domain;
using CollabHub.Domain.Limits;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Connections;

/// <summary>
/// One connection's right to be here, and the meter of what it sends. Whatever arrives counts, pings and nonsense included; who sends
/// faster than it may is read more slowly, and cut off when that does not help. docs/protocol.md, Rates.
/// </summary>
public sealed class ConnectionPass : IDisposable
{
    private readonly ConnectionLimits _owner;
    private readonly TokenBucket _messages;
    private readonly TokenBucket _bytes;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly string _address;
    private UserId? _user;
    private TokenBucket? _shared;
    private long? _slowSince;
    private int _left;

    internal ConnectionPass(ConnectionLimits owner, string address, LimitsOptions limits, TimeProvider time)
    {
        (_owner, _address, _time) = (owner, address, time);
        _patience = TimeSpan.FromSeconds(limits.ThrottledSeconds);
        _messages = new TokenBucket(limits.MessagesPerSecond, limits.MessagesBurst, time);
        // A first exchange is one large message, and a paste another.
        _bytes = new TokenBucket(limits.BytesPerSecond, limits.SyncBytes + limits.EditBytes, time);
    }

    /// <summary>Counts the connection for an account as well; false when that has as many as it may.</summary>
    public bool TryIdentify(UserId user)
    {
        if (_user is not null) return true;
        if (!_owner.TryCount(user)) return false;
        _user = user;
        return true;
    }

    /// <summary>Counts the messages of this connection together with those of the account's other hub connections.</summary>
    public void ShareMeter()
    {
        if (_user is { } user) _shared = _owner.MeterOf(user);
    }

    /// <summary>Counts what arrived, and waits as long as its rate demands before more is read.</summary>
    /// <returns>False when the connection has been over its rate for so long that it has to be closed.</returns>
    public async ValueTask<bool> CountAsync(int messages, long bytes, CancellationToken ct)
    {
        var wait = Longer(_messages.Take(messages), _bytes.Take(bytes));
        // What ends this connection is not the account's debt: its other connections go on.
        if (wait <= _patience && _shared is not null) wait = Longer(wait, _shared.Take(messages));
        if (wait == TimeSpan.Zero)
        {
            // A wait that took a moment too long leaves a token: one message without a wait is no pause.
            if (_messages.HasRecovered && _bytes.HasRecovered && _shared?.HasRecovered != false) _slowSince = null;
            return true;
        }
        _slowSince ??= _time.GetTimestamp();
        if (wait > _patience || _time.GetElapsedTime(_slowSince.Value) > _patience) return false;
        await Task.Delay(wait, _time, ct);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0) _owner.Leave(_address, _user, _shared is not null);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
