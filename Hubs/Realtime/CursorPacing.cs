using CollabHub.Domain.Documents;
using CollabHub.Domain.Limits;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// Keeps one connection's cursors to their rate without holding up its text: what is over the rate is merged, newest state per client, and
/// follows a moment later.
/// </summary>
internal sealed class CursorPacing : IDisposable
{
    private const int MaxClients = 64;

    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<DecodeError>> _move;
    private readonly TokenBucket _bucket;
    private readonly TimeSpan _pause;
    private readonly ITimer _timer;

    // Guards _later.
    private readonly Lock _gate = new();
    private readonly Dictionary<long, AwarenessEntry> _later = [];

    /// <param name="move">Hands an awareness update to the room.</param>
    /// <param name="perSecond">Updates a second, and as many at once.</param>
    /// <param name="time">The clock.</param>
    public CursorPacing(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<DecodeError>> move, int perSecond, TimeProvider time)
    {
        _move = move;
        _bucket = new TokenBucket(perSecond, perSecond, time);
        _pause = TimeSpan.FromSeconds(1.0 / perSecond);
        // The room's answer is not needed: what waits was decoded before.
        _timer = time.CreateTimer(_ => _ = FollowAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Passes an update on, now or merged with those after it.</summary>
    public ValueTask<DecodeError> MoveAsync(ReadOnlyMemory<byte> awareness, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_later.Count > 0 || !_bucket.TryTake(1)) return ValueTask.FromResult(Park(awareness));
        }
        return _move(awareness, ct);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private DecodeError Park(ReadOnlyMemory<byte> awareness)
    {
        var error = AwarenessMessage.Decode(awareness.Span, AwarenessLimits.Default, out var entries);
        if (error != DecodeError.None) return error;
        if (_later.Count == 0) _timer.Change(_pause, Timeout.InfiniteTimeSpan);
        foreach (var entry in entries)
        {
            if (_later.TryGetValue(entry.Client, out var known) ? known.Clock <= entry.Clock : _later.Count < MaxClients) _later[entry.Client] = entry;
        }
        return DecodeError.None;
    }

    private async Task FollowAsync()
    {
        byte[] merged;
        lock (_gate)
        {
            merged = AwarenessMessage.Encode(_later.Values);
            _later.Clear();
            _bucket.Take(1);
        }
        await _move(merged, CancellationToken.None);
    }
}
