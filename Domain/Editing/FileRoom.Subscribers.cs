using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>Who watches the file, and with which role.</summary>
public sealed partial class FileRoom
{
    // As many as are in _subscribers, for those outside of the loop.
    private volatile int _readers;

    /// <summary>Bytes that a large edit of so many bytes makes the others here receive, about; 0 for one that is not large. May be asked from anywhere.</summary>
    public long FanOutOf(int bytes) => bytes < Options.LargeEditBytes ? 0 : (long)bytes * Math.Max(0, _readers - 1);

    /// <summary>
    /// Lets a subscriber in. Its first frame is a sync: with a state vector the update that it lacks, without one an empty update
    /// (a y-websocket client asks by itself, see <see cref="SyncAsync"/>); then the cursors that are there.
    /// </summary>
    public async Task<Result<Done>> JoinAsync(FileSubscription subscriber, Role role, ReadOnlyMemory<byte>? stateVector, CancellationToken ct)
    {
        var refused = await AskAsync(
            () =>
            {
                if (_subscribers.Count >= Options.MaxSubscribers) return Refuse(EditErrors.Full);
                if (IsCrowdedFor(subscriber.User, role)) return Refuse(EditErrors.Crowded);
                if (!MissingFor(stateVector).TryGet(out var missing, out var error)) return new Refusal(error);
                subscriber.Role = role;
                _subscribers.Add(subscriber);
                _readers = _subscribers.Count;
                // What is flushed later than now and already in this sync arrives twice, which is harmless.
                subscriber.Offer(SyncFrame(missing, role));
                OfferCursors(subscriber);
                return Refusal.None;
            },
            ct);
        if (refused is null) return EditErrors.StoreUnavailable;
        return refused.Error is { } error ? error : default(Done);
    }

    private Refusal Refuse(CollabError error)
    {
        Meter.JoinRefused(error.Code);
        return new Refusal(error);
    }

    /// <summary>The last places are for those who write; who is here already may come with another connection.</summary>
    private bool IsCrowdedFor(UserId user, Role role)
    {
        if (_subscribers.Count < Options.CrowdedPeople || AccessPolicy.Allows(role, Permission.FilesEdit)) return false;
        var people = _subscribers.Select(subscriber => subscriber.User).ToHashSet();
        return people.Count >= Options.CrowdedPeople && !people.Contains(user);
    }

    /// <summary>
    /// Answers a later question for what the subscriber lacks with another sync frame. While an answer waits to be taken, further questions are
    /// answered by it and by the edits behind it: what a replica has only grows.
    /// </summary>
    public ValueTask<bool> SyncAsync(FileSubscription subscriber, ReadOnlyMemory<byte> stateVector, CancellationToken ct) =>
        PostBoundedAsync(
            () =>
            {
                if (subscriber.HasAnswerWaiting) return;
                if (MissingFor(stateVector).TryGet(out var missing, out var error)) subscriber.OfferAnswer(SyncFrame(missing, subscriber.Role));
                else subscriber.Offer(new RoomFrame(RoomFrameKind.Rejected) { Code = error.Code });
            },
            ct);

    /// <summary>The connection has gone, or closed the file: its cursors disappear at once.</summary>
    public void Leave(FileSubscription subscriber) => Post(() => Drop(subscriber));

    private void Drop(FileSubscription subscriber)
    {
        if (!_subscribers.Remove(subscriber)) return;
        _readers = _subscribers.Count;
        ForgetWriter(subscriber);
        _hanging.Remove(subscriber);
        RemoveCursors(subscriber);
    }

    /// <summary>Offers a frame; false when the subscriber is over.</summary>
    private bool Deliver(FileSubscription subscriber, RoomFrame frame)
    {
        if (subscriber.IsClosed) return false;
        if (subscriber.Offer(frame)) return true;
        _services.Observer.SlowReader(File, subscriber.User);
        Meter.SlowReader();
        return false;
    }

    private void DeliverToAll(RoomFrame frame, FileSubscription? except = null)
    {
        List<FileSubscription>? over = null;
        foreach (var subscriber in _subscribers)
        {
            if (subscriber != except && !Deliver(subscriber, frame)) (over ??= []).Add(subscriber);
        }
        if (over is null) return;
        foreach (var subscriber in over) Drop(subscriber);
    }

    private RoomFrame SyncFrame(IReadOnlyList<ReadOnlyMemory<byte>> missing, Role role) =>
        new(RoomFrameKind.Sync) { Payload = missing[0], Rest = [.. missing.Skip(1)], StateVector = _document.EncodeStateVector(), Role = role };

    private sealed record Refusal(CollabError? Error)
    {
        public static readonly Refusal None = new((CollabError?)null);
    }
}
