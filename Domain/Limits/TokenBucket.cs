namespace CollabHub.Domain.Limits;

/// <summary>
/// A steady rate with a burst. Taking never fails: it goes into debt, and tells how long whoever takes has to wait until it is paid. So a
/// reader that waits is slowed to the rate and loses nothing.
/// </summary>
public sealed class TokenBucket
{
    // Guards _level and _at: connections of one person share a bucket.
    private readonly Lock _gate = new();
    private readonly double _perSecond;
    private readonly double _burst;
    private readonly TimeProvider _time;
    private double _level;
    private long _at;

    /// <param name="perSecond">Tokens that come back in a second; above zero.</param>
    /// <param name="burst">Tokens that may be taken at once; it begins full.</param>
    /// <param name="time">The clock.</param>
    public TokenBucket(double perSecond, double burst, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        ArgumentNullException.ThrowIfNull(time);
        (_perSecond, _burst, _time) = (perSecond, burst, time);
        _level = burst;
        _at = time.GetTimestamp();
    }

    /// <summary>Takes tokens; answers the wait until the debt is paid, zero without one.</summary>
    public TimeSpan Take(double tokens)
    {
        lock (_gate)
        {
            Refill();
            _level -= tokens;
            return _level >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_level / _perSecond);
        }
    }

    /// <summary>Takes tokens if they are there, and no debt.</summary>
    public bool TryTake(double tokens)
    {
        lock (_gate)
        {
            Refill();
            if (_level < tokens) return false;
            _level -= tokens;
            return true;
        }
    }

    /// <summary>Whether at least half of the burst is there: whoever takes has been below the rate for a while, or has only begun.</summary>
    public bool HasRecovered
    {
        get
        {
            lock (_gate)
            {
                Refill();
                return _level >= _burst / 2;
            }
        }
    }

    private void Refill()
    {
        var now = _time.GetTimestamp();
        _level = Math.Min(_burst, _level + _time.GetElapsedTime(_at, now).TotalSeconds * _perSecond);
        _at = now;
    }
}
