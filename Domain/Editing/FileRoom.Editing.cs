using System.Diagnostics;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>Edits in, merged flushes out.</summary>
public sealed partial class FileRoom
{
    private readonly List<Outgoing> _outgoing = [];
    private readonly bool _isDamaged;
    private long _busNumber;
    private long _lastFlush;

    private bool _flushArmed;
    private long _rateWindow;
    private int _rateNow;
    private int _rateBefore;

    private readonly record struct Outgoing(FileSubscription? From, ReadOnlyMemory<byte> Update, bool IsOwn);

    /// <summary>
    /// Takes one edit. The answer comes as a frame: <see cref="RoomFrameKind.Saved"/> with a number at or above
    /// <paramref name="seq"/> once it is durable, or <see cref="RoomFrameKind.Rejected"/>.
    /// </summary>
    /// <param name="from">The author.</param>
    /// <param name="seq">The author's own number for the edit, ascending.</param>
    /// <param name="update">One Yjs v1 update; the room keeps it, so the caller must not change it.</param>
    /// <param name="isSync">Whether it answers the first exchange and may hold offline work.</param>
    /// <param name="ct">Gives up waiting for a place in the inbox.</param>
    public ValueTask<bool> PushAsync(FileSubscription from, long seq, ReadOnlyMemory<byte> update, bool isSync, CancellationToken ct) =>
        PushAsync(from, seq, update, isSync, Activity.Current?.Context ?? default, ct);

    private ValueTask<bool> PushAsync(
        FileSubscription from, long seq, ReadOnlyMemory<byte> update, bool isSync, ActivityContext cause, CancellationToken ct) =>
        PostBoundedAsync(() => OnPushed(from, seq, update, isSync, cause), ct);

    private void OnPushed(FileSubscription from, long seq, ReadOnlyMemory<byte> update, bool isSync, ActivityContext cause)
    {
        if (from.IsClosed) return;
        // Behind what is held back everything waits: `saved` stands for all edits up to its number.
        if (!AreRolesCurrent || _heldBack.Count > 0)
        {
            if (!HoldBack(() => OnPushed(from, seq, update, isSync, cause))) Reject(from, seq, EditErrors.StoreUnavailable.Code);
            return;
        }
        if (Refused(from, update.Span, isSync) is { } refused)
        {
            Reject(from, seq, refused.Code);
            return;
        }
        if (_document.ClientsWithNews(update.Span) is not { } clients)
        {
            Reject(from, seq, EditErrors.Malformed.Code);
            return;
        }
        if (!clients.All(client => MayWriteUnder(from, client)))
        {
            Reject(from, seq, EditErrors.ClientInUse.Code);
            return;
        }
        var started = _services.Time.GetTimestamp();
        var applied = _document.Apply(update.Span);
        Meter.Applied(_services.Time.GetElapsedTime(started));
        if (applied.Error != DecodeError.None)
        {
            Reject(from, seq, EditErrors.Malformed.Code);
            return;
        }
        // What it takes for known here may be nowhere but in replicas.
        if (isSync || !applied.Changed) AdoptAll();
        var hangs = Hangs(from, seq, update, isNew: applied.Changed);
        if (applied.Changed)
        {
            foreach (var client in clients) NoteWriter(from, client, isSync);
            Accept(from, from.User, seq, update, done: null, cause, hangs);
        }
        else if (!hangs)
        {
            AcceptKnown(from, seq);
        }
    }

    private void Reject(FileSubscription from, long seq, string code)
    {
        Meter.EditRefused(code);
        Deliver(from, new RoomFrame(RoomFrameKind.Rejected) { Seq = seq, Code = code });
    }

    private CollabError? Refused(FileSubscription from, ReadOnlySpan<byte> update, bool isSync)
    {
        if (update.Length > (isSync ? Options.MaxSyncBytes : Options.MaxEditBytes)) return EditErrors.TooLarge;
        if (!AccessPolicy.Allows(from.Role, Permission.FilesEdit))
        {
            // Clients answer the first exchange even when they have nothing to say; what adds nothing needs no right.
            return _document.Contains(update) ? null : EditErrors.ReadOnly;
        }
        return Unwritable(update);
    }

    private CollabError? Unwritable(ReadOnlySpan<byte> update)
    {
        if (_isDamaged) return EditErrors.Damaged;
        if (IsOverdue) return EditErrors.StoreUnavailable;
        // Deleting stays possible in a full file.
        return IsFull(update.Length) && BringsStructs(update) && !_document.Contains(update) ? EditErrors.FileTooLarge : null;
    }

    /// <summary>Whether so many bytes more would be too many, if they all were content that stays.</summary>
    private bool IsFull(int more) =>
        _document.ContentBytes + more > Options.MaxStateBytes || _document.TextBytes(TextRoot) + more > Options.MaxTextBytes;

    /// <summary>Whether there are blocks of structs before the delete set: their number stands first.</summary>
    private static bool BringsStructs(ReadOnlySpan<byte> update) => !update.IsEmpty && update[0] != 0;

    private void Accept(
        FileSubscription? from, UserId? user, long seq, ReadOnlyMemory<byte> update, TaskCompletionSource<CollabError?>? done, ActivityContext cause,
        bool hangs = false)
    {
        CountRate();
        AddToWhole(update);
        Meter.EditAccepted(update.Length);
        FlushBefore(update);
        AddUncommitted(new Uncommitted(hangs ? null : from, user, seq, update, _busNumber + 1, done) { Cause = cause });
        AddOutgoing(new Outgoing(from, update, IsOwn: true));
    }

    private void AddOutgoing(Outgoing edit)
    {
        FlushBefore(edit.Update);
        _outgoing.Add(edit);
        if (IsLarge(edit.Update) && AreRolesCurrent) Flush();
    }

    /// <summary>A large edit leaves by itself, encoded once for everybody: merging it with others costs more than a frame.</summary>
    private void FlushBefore(ReadOnlyMemory<byte> update)
    {
        if (IsLarge(update) && _outgoing.Count > 0 && AreRolesCurrent) Flush();
    }

    private bool IsLarge(ReadOnlyMemory<byte> update) => update.Length >= Options.LargeEditBytes;

    private void FlushIfDue()
    {
        if (_outgoing.Count == 0) return;
        if (!AreRolesCurrent)
        {
            // The end of the review ends another turn.
            ReviewEveryone();
            return;
        }
        var now = _services.Time.GetTimestamp();
        var waited = _services.Time.GetElapsedTime(_lastFlush, now);
        if (IsBusy && waited < Options.BusyFlushInterval)
        {
            if (!_flushArmed) _flushTimer.Change(Options.BusyFlushInterval - waited, Timeout.InfiniteTimeSpan);
            _flushArmed = true;
            return;
        }
        Flush();
    }

    private void OnFlushTimer() => _flushArmed = false;

    private void Flush()
    {
        _lastFlush = _services.Time.GetTimestamp();
        var own = MergeOutgoing(static edit => edit.IsOwn);
        if (own is { } published) _channel?.Publish(new BusEdits(_self, ++_busNumber, published));
        var everything = _outgoing.TrueForAll(edit => edit.IsOwn) ? own : MergeOutgoing(static _ => true);
        var frame = new RoomFrame(RoomFrameKind.Edit) { Payload = everything!.Value };
        List<FileSubscription>? over = null;
        // Edits times subscribers.
        var flushed = 0L;
        foreach (var subscriber in _subscribers)
        {
            if (FrameFor(subscriber, frame) is not { } theirs) continue;
            flushed += _outgoing.Count;
            if (!Deliver(subscriber, theirs)) (over ??= []).Add(subscriber);
        }
        _outgoing.Clear();
        foreach (var subscriber in over ?? []) Drop(subscriber);
        Meter.Flushed(_services.Time.GetElapsedTime(_lastFlush), flushed);
    }

    /// <summary>The shared frame, or what others wrote for an author: its own edits come back after the commit, or not at all.</summary>
    private RoomFrame? FrameFor(FileSubscription subscriber, RoomFrame shared)
    {
        var authored = false;
        foreach (var edit in _outgoing) authored |= edit.From == subscriber;
        if (!authored) return shared;
        return MergeOutgoing(edit => edit.From != subscriber) is { } others ? new RoomFrame(RoomFrameKind.Edit) { Payload = others } : null;
    }

    private ReadOnlyMemory<byte>? MergeOutgoing(Func<Outgoing, bool> which)
    {
        List<ReadOnlyMemory<byte>>? several = null;
        ReadOnlyMemory<byte>? one = null;
        foreach (var edit in _outgoing)
        {
            if (!which(edit)) continue;
            if (one is null) one = edit.Update;
            else (several ??= [one.Value]).Add(edit.Update);
        }
        return several is null ? one : Updates.Merge(several);
    }

    private bool IsBusy => (long)Math.Max(_rateNow, _rateBefore) * _subscribers.Count > Options.BusyWritesPerSecond;

    private void CountRate()
    {
        var second = _services.Time.GetTimestamp() / _services.Time.TimestampFrequency;
        if (second != _rateWindow)
        {
            _rateBefore = second == _rateWindow + 1 ? _rateNow : 0;
            _rateNow = 0;
            _rateWindow = second;
        }
        _rateNow++;
    }
}
