using System.Threading.Channels;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Editing;

/// <summary>
/// One connection's view of one file: the room offers frames, the edge takes them in its own time. What gathers while the edge is
/// writing is merged; over the byte bound, which the largest update does not count for, the subscription is closed as a slow reader, so that
/// nobody else ever waits for it.
/// </summary>
public sealed class FileSubscription
{
    // Guards _frames, _bytes, _largest, _nudged, _answerWaits and _closed: the room offers, the edge takes.
    private readonly Lock _gate = new();
    private readonly Channel<bool> _ready = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly EditingOptions _options;
    private List<RoomFrame> _frames = [];
    private int _bytes;

    // The largest update offered since the edge took frames last: offline work of megabytes says nothing about the reader.
    private int _largest;
    private bool _nudged;
    private bool _answerWaits;
    private bool _closed;

    /// <param name="user">The verified account.</param>
    /// <param name="identity">What others see beside its cursor.</param>
    /// <param name="echo">Whether the author's own updates come back to it once they are committed (y-websocket clients wait for that).</param>
    /// <param name="options">Bounds.</param>
    public FileSubscription(UserId user, AwarenessUser identity, bool echo, EditingOptions options)
    {
        User = user;
        Stamp = new AwarenessStamp(identity);
        Echo = echo;
        _options = options;
    }

    /// <summary>The verified account.</summary>
    public UserId User { get; }

    /// <summary>Whether the author's own updates come back to it once they are committed.</summary>
    public bool Echo { get; }

    internal AwarenessStamp Stamp { get; }

    /// <summary>The present role on the file. Only the room's loop writes it.</summary>
    internal Role Role { get; set; }

    /// <summary>The awareness client ids that this connection speaks for. Only the room's loop touches it.</summary>
    internal HashSet<long> CursorClients { get; } = [];

    /// <summary>What its cursors last showed, while its line is silent; null while it is heard. Only the room's loop touches it.</summary>
    internal Dictionary<long, byte[]>? HiddenCursors { get; set; }

    /// <summary>Whether the last frame has been offered.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate) return _closed;
        }
    }

    /// <summary>Queues a frame; false when the subscription is over, or was closed just now because it is too slow.</summary>
    internal bool Offer(RoomFrame frame)
    {
        lock (_gate) return !_closed && Add(frame);
    }

    /// <summary>Whether the answer to a question for what is missing has not been taken yet.</summary>
    internal bool HasAnswerWaiting
    {
        get
        {
            lock (_gate) return _answerWaits;
        }
    }

    /// <summary>Queues the answer to a question for what is missing.</summary>
    internal void OfferAnswer(RoomFrame sync)
    {
        lock (_gate)
        {
            if (_closed) return;
            _answerWaits = true;
            Add(sync);
        }
    }

    private bool Add(RoomFrame frame)
    {
        _frames.Add(frame);
        // The first sync may be far larger than the bound and does not count: it is bounded by the file's size.
        if (frame.Kind != RoomFrameKind.Sync)
        {
            _bytes += frame.Size;
            _largest = Math.Max(_largest, frame.Size);
        }
        if (_frames.Count > _options.MaxQueueFrames) Merge();
        if (frame.Kind == RoomFrameKind.Closed)
        {
            _closed = true;
        }
        else if (_bytes - _largest > _options.MaxQueueBytes)
        {
            _frames = [new RoomFrame(RoomFrameKind.Closed) { Code = ClosedCodes.SlowReader }];
            _closed = true;
        }
        _ready.Writer.TryWrite(true);
        return !_closed || frame.Kind == RoomFrameKind.Closed;
    }

    /// <summary>Ends the subscription from the edge's side; whoever still reads hears <paramref name="code"/>.</summary>
    public void End(string code) => Offer(new RoomFrame(RoomFrameKind.Closed) { Code = code });

    /// <summary>Wakes whoever waits for frames, or is about to: there is nothing, and that has been so for long enough.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            _nudged = true;
            _ready.Writer.TryWrite(true);
        }
    }

    /// <summary>Waits for frames and takes all that are queued, merged: updates first, cursors behind them, then what was saved.</summary>
    /// <returns>Frames, of which <see cref="RoomFrameKind.Closed"/> is the last that ever comes; none after <see cref="Nudge"/>.</returns>
    public async ValueTask<IReadOnlyList<RoomFrame>> TakeAsync(CancellationToken ct)
    {
        while (true)
        {
            await _ready.Reader.ReadAsync(ct);
            lock (_gate)
            {
                if (_frames.Count == 0 && !_nudged) continue;
                _nudged = false;
                _answerWaits = false;
                if (_frames.Count == 0) return [];
                if (_frames.Count > 1) Merge();
                var taken = _frames;
                _frames = [];
                _bytes = 0;
                _largest = 0;
                return taken;
            }
        }
    }

    private void Merge()
    {
        _frames = FrameMerging.Merge(_frames, _options.LargeEditBytes);
        _bytes = 0;
        foreach (var frame in _frames)
        {
            if (frame.Kind != RoomFrameKind.Sync) _bytes += frame.Size;
        }
    }
}
