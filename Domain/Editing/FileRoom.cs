using System.Threading.Channels;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>
/// The single writer of one open file on one node: one loop owns the replica, the subscribers, the cursors and what is not
/// committed yet. Everything reaches it through its inbox; nothing in the loop waits for I/O.
/// </summary>
/// <remarks>
/// An edit is applied, offered to the other subscribers and the bus with the next flush, and handed to the log with the next
/// commit; its author hears <see cref="RoomFrameKind.Saved"/> after that commit and not before, and not while it hangs on something missing. docs/protocol.md, Editing.
/// </remarks>
public sealed partial class FileRoom : IAsyncDisposable
{
    // A turn ends with a flush and a commit, so a flood must not keep it from ending.
    private const int MessagesPerTurn = 256;

    private readonly Channel<Action> _inbox = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    // Bounds what senders may put into the inbox; the room's own messages (a commit is done, a timer rang) need no place.
    private readonly SemaphoreSlim _places;
    private readonly RoomServices _services;
    private readonly YDocument _document;
    private readonly List<FileSubscription> _subscribers = [];
    private readonly ITimer _flushTimer;
    private readonly ITimer _retryTimer;
    private readonly ITimer _gapTimer;
    private readonly ITimer _adoptionTimer;
    private readonly ITimer _cursorTimer;
    private readonly ITimer _factsTimer;
    private readonly ITimer _askTimer;

    // Guards itself and _hasEnded: whoever waits for an answer of the loop, so that its end answers them.
    private readonly HashSet<Action> _unanswered = [];
    private bool _hasEnded;
    private IRoomChannel? _channel;
    private readonly BusSender _self;
    private Task _loop = Task.CompletedTask;
    private volatile bool _hasFailed;

    private FileRoom(FileId file, FileHistory history, YDocument document, RoomServices services)
    {
        File = file;
        Workspace = history.Workspace;
        _created = history.Created;
        _document = document;
        _services = services;
        _places = new SemaphoreSlim(services.Options.InboxCapacity);
        _known = history.Head;
        _self = new BusSender(services.Bus.Node, services.NextOpening());
        _rolesReadAt = services.Time.GetTimestamp();
        _isDamaged = history.IsDamaged;
        _sinceSnapshot = history.Tail.Count;
        _bytesSinceSnapshot = history.Tail.Sum(record => record.Update.Length);
        foreach (var owner in history.Clients) _owners.TryAdd(owner.ClientId, owner.User);
        _cursors = new AwarenessStates(services.Time);
        _flushTimer = Timer(OnFlushTimer);
        _retryTimer = Timer(OnRetryTimer);
        _gapTimer = Timer(OnGapTimer);
        _adoptionTimer = Timer(OnAdoptionTimer);
        _cursorTimer = Timer(OnCursorTimer);
        _factsTimer = Timer(OnFactsTimer);
        _askTimer = Timer(OnAskTimer);
    }

    /// <summary>The file.</summary>
    public FileId File { get; }

    /// <summary>The workspace that the file belongs to.</summary>
    public WorkspaceId Workspace { get; }

    /// <summary>Whether the loop ended on an exception; the replica is not to be used any more.</summary>
    internal bool HasFailed => _hasFailed;

    private EditingOptions Options => _services.Options;

    private EditingMeter Meter => _services.Meter;

    /// <summary>Loads a file from the log, listens to the other nodes and starts the loop.</summary>
    internal static async Task<Result<FileRoom>> OpenAsync(FileId file, RoomServices services, CancellationToken ct)
    {
        // The bus first: what is published while the log is being read waits in the inbox, and repeats are harmless.
        var early = new List<RoomBusMessage>();
        FileRoom? room = null;
        var channel = await services.Bus.SubscribeAsync(
            file,
            message =>
            {
                lock (early)
                {
                    if (room is null) early.Add(message);
                    else room.Receive(message);
                }
            },
            ct);
        var loaded = await services.Log.LoadAsync(file, ct);
        if (!loaded.TryGet(out var history, out var error))
        {
            await channel.DisposeAsync();
            return error;
        }
        var document = new YDocument(services.Document);
        if (!history.TryReplay(document))
        {
            services.Observer.Damaged(file, history.Head);
            history = history with { IsDamaged = true };
        }
        lock (early)
        {
            room = new FileRoom(file, history, document, services) { _channel = channel };
            foreach (var message in early) room.Receive(message);
        }
        room.Start();
        return room;
    }

    private void Start()
    {
        _loop = RunAsync();
        _channel!.Publish(new BusHello(_self));
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            while (await _inbox.Reader.WaitToReadAsync())
            {
                for (var i = 0; i < MessagesPerTurn && _inbox.Reader.TryRead(out var message); i++)
                {
                    Meter.Unqueued();
                    message();
                }
                EndTurn();
            }
        }
        catch (Exception exception)
        {
            // A bug: the replica may be half changed, so it is dropped. What is committed is in the log, the rest is with the clients.
            _hasFailed = true;
            _inbox.Writer.TryComplete();
            while (_inbox.Reader.TryRead(out _)) Meter.Unqueued();
            _services.Observer.RoomFailed(File, exception);
            CloseSubscribers(ClosedCodes.RoomFailed);
            _services.Closed(this);
        }
        finally
        {
            EndQuestions();
        }
    }

    private void EndTurn()
    {
        FlushIfDue();
        ReleaseHanging();
        StartCommit();
        if (_closing.Count > 0 && !HasUncommitted) FinishClosing();
    }

    /// <summary>Queues work of the room's own; false when the room is over.</summary>
    private bool Post(Action message)
    {
        // Before it is there: the loop may take it out at once.
        Meter.Queued();
        var posted = _inbox.Writer.TryWrite(message);
        if (!posted) Meter.Unqueued();
        return posted;
    }

    /// <summary>Queues a sender's work, slowing the sender down while the inbox is full; false when the room is over.</summary>
    private async ValueTask<bool> PostBoundedAsync(Action message, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        var posted = Post(() =>
        {
            _places.Release();
            message();
        });
        if (!posted) _places.Release();
        return posted;
    }

    /// <summary>Asks the loop for a value; null when the room is over.</summary>
    private async Task<T?> AskAsync<T>(Func<T> question, CancellationToken ct) where T : class
    {
        var answer = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = await PostBoundedAsync(
            () =>
            {
                try
                {
                    answer.TrySetResult(question());
                }
                catch (Exception exception)
                {
                    answer.TrySetException(exception);
                    throw;
                }
            },
            ct);
        if (!posted) return null;
        return await OrEndAsync(answer, static answer => answer.TrySetResult(null)).WaitAsync(ct);
    }

    /// <summary>What the loop answers, or <paramref name="end"/> when it ends before it comes to the question.</summary>
    private async Task<T> OrEndAsync<T>(TaskCompletionSource<T> answer, Action<TaskCompletionSource<T>> end)
    {
        var unanswered = () => end(answer);
        lock (_unanswered)
        {
            if (_hasEnded) unanswered();
            else _unanswered.Add(unanswered);
        }
        try
        {
            return await answer.Task;
        }
        finally
        {
            lock (_unanswered) _unanswered.Remove(unanswered);
        }
    }

    private void EndQuestions()
    {
        List<Action> unanswered;
        lock (_unanswered)
        {
            _hasEnded = true;
            unanswered = [.. _unanswered];
        }
        foreach (var end in unanswered) end();
    }

    private ITimer Timer(Action ring) =>
        _services.Time.CreateTimer(_ => Post(ring), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>A deletion, and the end of every subscription with <paramref name="code"/>; nothing more is accepted.</summary>
    internal void Shut(string code) => Post(() => CloseSubscribers(code));

    private void CloseSubscribers(string code)
    {
        var closed = new RoomFrame(RoomFrameKind.Closed) { Code = code };
        foreach (var subscriber in _subscribers.ToList())
        {
            subscriber.Offer(closed);
            Drop(subscriber);
        }
    }
}

/// <summary>What every room of a node shares.</summary>
/// <param name="Log">The durable order of edits.</param>
/// <param name="Bus">The other nodes.</param>
/// <param name="Time">The clock.</param>
/// <param name="Ids">Batch ids.</param>
/// <param name="Observer">Hears of failures.</param>
/// <param name="Meter">Counts and measures.</param>
/// <param name="Options">Bounds.</param>
/// <param name="Document">Bounds of the document engine.</param>
/// <param name="Returns">When clients may bring back what others wrote.</param>
/// <param name="Closed">Called by a room that is over.</param>
/// <param name="Noted">Called when the facts of a file (size, last author) were refreshed in its row.</param>
internal sealed record RoomServices(
    IEditLog Log,
    IRoomBus Bus,
    TimeProvider Time,
    IIdSource Ids,
    IRoomObserver Observer,
    EditingMeter Meter,
    EditingOptions Options,
    DocumentOptions Document,
    ReturnWindow Returns,
    Action<FileRoom> Closed,
    Action<FileRoom> Noted)
{
    private long _openings;

    /// <summary>Whether changes of access are sure to be heard of.</summary>
    public IAccessLease Lease { get; init; } = new SingleNodeLease();

    /// <summary>Where roles are read while they are not; null on a single node.</summary>
    public IFileRoles? Roles { get; init; }

    /// <summary>Numbers the openings of rooms.</summary>
    public long NextOpening() => Interlocked.Increment(ref _openings);
}
