namespace CollabHub.Hubs.Connections;

/// <summary>
/// The line behind one WebSocket connection. It is silent once nothing came for <see cref="Domain.Presence.PresenceOptions.SilenceLimit"/> though it
/// was asked, and heard as soon as anything comes again; what depends on it is told of both. The connection itself goes on.
/// </summary>
public sealed class Line : IDisposable
{
    private readonly Lines _lines;

    // Guards the exchange of _watchers.
    private readonly Lock _gate = new();
    private volatile Func<bool, ValueTask>[] _watchers = [];
    private volatile LineStream? _stream;
    private volatile bool _isSilent;

    // These belong to the one who looks.
    private long _silentSince;
    private long _pinged;

    internal Line(Lines lines) => _lines = lines;

    /// <summary>Whether it is silent, as of the last look.</summary>
    public bool IsSilent => _isSilent;

    /// <summary>The upgrade has been answered: from now on it is listened to.</summary>
    internal Stream Open(Stream upgraded)
    {
        var stream = new LineStream(upgraded, _lines.Time);
        _stream = stream;
        _lines.Add(this);
        return stream;
    }

    /// <summary>Tells when the line is silent, perhaps several times, and once when it is heard again, one after the other.</summary>
    /// <param name="watcher">Is given whether the line is silent. What is silent is told again at every look, so it must cost little then.</param>
    /// <returns>To be disposed when nobody wants to know any more; a call that is under way may still come.</returns>
    public IDisposable Watch(Func<bool, ValueTask> watcher)
    {
        lock (_gate) _watchers = [.. _watchers, watcher];
        return new Watching(this, watcher);
    }

    /// <summary>Who wants to know how it is.</summary>
    internal IReadOnlyList<Func<bool, ValueTask>> Watchers => _watchers;

    /// <summary>Looks once, and asks the other side for a sign when it has been quiet. One caller at a time.</summary>
    /// <param name="now">The timestamp of this look.</param>
    /// <param name="fresh">What came or did not come before this timestamp says nothing.</param>
    /// <returns>Whether there is something to tell.</returns>
    internal bool Look(long now, long fresh)
    {
        if (_stream is not { } stream) return false;
        var waitingSince = stream.WaitingSince;
        var wasSilent = _isSilent;
        if (wasSilent) _isSilent = waitingSince == _silentSince;
        else _isSilent = waitingSince != 0 && _lines.IsSilent(Math.Max(waitingSince, fresh), now);
        if (!wasSilent) _silentSince = waitingSince;
        // Who is silent is asked on: the answer is what brings it back.
        if (waitingSince != 0 && _lines.IsQuiet(waitingSince, now) && _lines.IsQuiet(_pinged, now) && stream.TryPing()) _pinged = now;
        return _isSilent || wasSilent;
    }

    /// <summary>The request is over: nothing is written any more.</summary>
    public void Dispose()
    {
        _lines.Remove(this);
        _stream?.End();
    }

    private sealed class Watching(Line line, Func<bool, ValueTask> watcher) : IDisposable
    {
        public void Dispose()
        {
            lock (line._gate) line._watchers = [.. line._watchers.Where(other => other != watcher)];
        }
    }
}
