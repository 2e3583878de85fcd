using CollabHub.Domain;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Limits;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Realtime;

/// <summary>One file that one connection has open, on any edge. Disposing it leaves the room.</summary>
public sealed class OpenFile : IDisposable
{
    private const int QuestionsAtOnce = 4;

    private readonly RoomLease _lease;
    private readonly FileSubscription _subscription;
    private readonly CursorPacing _cursors;
    private readonly TokenBucket _bytes;
    private readonly TokenBucket _fanOut;
    private readonly TokenBucket _questions;
    private readonly int _largest;
    private readonly long _widest;
    private readonly TimeProvider _time;
    private readonly ITimer _silence;
    private readonly IDisposable _line;
    private Action? _left;
    private bool _pushed;
    private bool _synced;

    internal OpenFile(RoomLease lease, FileSubscription subscription, Line line, Action left, LimitsOptions limits, TimeProvider time)
    {
        (_lease, _subscription, _left, _time) = (lease, subscription, left, time);
        _cursors = new CursorPacing((awareness, ct) => lease.Room.MoveCursorAsync(subscription, awareness, ct), limits.CursorsPerSecond, time);
        _silence = time.CreateTimer(static state => ((FileSubscription)state!).Nudge(), subscription, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _line = line.Watch(isSilent =>
        {
            if (isSilent) lease.Room.Silence(subscription);
            else lease.Room.Hear(subscription);
            return ValueTask.CompletedTask;
        });
        // Twice the rate of the connection, so that who is over that all the time is still found out there.
        _largest = limits.EditBytes;
        _bytes = new TokenBucket(2.0 * limits.BytesPerSecond, 2.0 * limits.EditBytes, time);
        _widest = 2L * limits.FanOutBytesPerSecond;
        _fanOut = new TokenBucket(limits.FanOutBytesPerSecond, _widest, time);
        _questions = new TokenBucket(limits.SyncsPerSecond, QuestionsAtOnce, time);
    }

    /// <summary>The frames for this connection.</summary>
    public FileSubscription Subscription => _subscription;

    /// <summary>The file.</summary>
    public FileId File => _lease.Room.File;

    /// <summary>The next frames, merged; null when nothing came for so long.</summary>
    public async ValueTask<IReadOnlyList<RoomFrame>?> TakeAsync(TimeSpan quiet, CancellationToken ct)
    {
        _silence.Change(quiet, Timeout.InfiniteTimeSpan);
        var frames = await _subscription.TakeAsync(ct);
        return frames.Count > 0 ? frames : null;
    }

    /// <summary>
    /// Hands an edit to the room. The first one of a connection answers the server's state vector and may hold all that was
    /// typed offline, so it may be as large as a sync.
    /// </summary>
    public ValueTask<bool> PushAsync(long seq, byte[] update, CancellationToken ct)
    {
        var isSync = !_pushed;
        _pushed = true;
        return PushAsync(seq, update, isSync, ct);
    }

    /// <summary>
    /// Hands an update to the room that the caller knows to be an answer to the first exchange, or not. Beside the first of those, what comes
    /// faster than the others' queues can be expected to empty waits here, and so do large edits that many would receive.
    /// </summary>
    public async ValueTask<bool> PushAsync(long seq, ReadOnlyMemory<byte> update, bool isSync, CancellationToken ct)
    {
        if (isSync && !_synced) _synced = true;
        else if (WaitFor(update.Length) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, _time, ct);
        return await _lease.Room.PushAsync(_subscription, seq, update, isSync, ct);
    }

    private TimeSpan WaitFor(int bytes)
    {
        // However large and however many receive it: a single one does not wait.
        var (received, spread) = (_bytes.Take(Math.Min(bytes, _largest)), _fanOut.Take(Math.Min(_lease.Room.FanOutOf(bytes), _widest)));
        return received > spread ? received : spread;
    }

    /// <summary>Asks for what a state vector lacks; the answer is a sync frame. An answer may be a whole file, so who asks too often waits here.</summary>
    public async ValueTask<bool> SyncAsync(ReadOnlyMemory<byte> stateVector, CancellationToken ct)
    {
        if (_questions.Take(1) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, _time, ct);
        return await _lease.Room.SyncAsync(_subscription, stateVector, ct);
    }

    /// <summary>Hands an awareness update to the room.</summary>
    public ValueTask<DecodeError> MoveCursorAsync(ReadOnlyMemory<byte> awareness, CancellationToken ct) =>
        _cursors.MoveAsync(awareness, ct);

    /// <summary>Asks for every cursor that is there; the answer is a cursors frame.</summary>
    public void QueryCursors() => _lease.Room.QueryCursors(_subscription);

    /// <summary>Whether it ended because the node stops.</summary>
    internal bool WasDrained { get; private set; }

    /// <summary>Its last frame has been told.</summary>
    internal void Ended(string? code) => WasDrained = code == ClosedCodes.ServerDraining;

    /// <summary>Ends it because the node stops.</summary>
    internal void Drain() => _subscription.End(ClosedCodes.ServerDraining);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, null) is not { } left) return;
        _cursors.Dispose();
        _silence.Dispose();
        _line.Dispose();
        _lease.Room.Leave(_subscription);
        _subscription.End(ClosedCodes.Reopened);
        _lease.Dispose();
        left();
    }
}

/// <summary>Errors of the live edges.</summary>
internal static class EdgeErrors
{
    /// <summary>The connection has not opened this file.</summary>
    public static readonly CollabError NotOpen = new("file.not_open", ErrorKind.Conflict, "Open the file on this connection first.");

    /// <summary>The connection has as many files open as it may.</summary>
    public static readonly CollabError TooManyOpen = new("file.too_many_open", ErrorKind.RateLimited, "This connection has as many files open as it may.");

    /// <summary>The connection has not joined this session.</summary>
    public static readonly CollabError NotJoined = new("session.not_joined", ErrorKind.Conflict, "Join the session on this connection first.");

    /// <summary>A token in a message that is none of ours, has run out, or is of somebody else.</summary>
    public static readonly CollabError TokenInvalid = new("auth.token_invalid", ErrorKind.Unauthenticated, "The token is not a good one of this account.");

    /// <summary>A presence status that does not exist.</summary>
    public static readonly CollabError BadStatus = new("presence.status_invalid", ErrorKind.Invalid, "The status is online or away.");

    /// <summary>An awareness update that is not well-formed or over its bounds.</summary>
    public static readonly CollabError BadCursor = new("cursor.malformed", ErrorKind.Invalid, "The awareness update is not well-formed, or larger than it may be.");
}
