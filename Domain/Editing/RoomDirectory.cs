using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>Opens each room of this node once, however many ask at the same time, and puts it away when nobody is in it.</summary>
public sealed partial class RoomDirectory : IAsyncDisposable
{
    // Guards _slots and the fields of every slot.
    private readonly Lock _gate = new();
    private readonly Dictionary<FileId, Slot> _slots = [];
    private readonly RoomServices _services;
    private readonly Action<WorkspaceId, FileId> _noted;
    private bool _draining;

    /// <param name="log">The durable order of edits.</param>
    /// <param name="bus">The other nodes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ids">Batch ids and the server's client ids.</param>
    /// <param name="observer">Hears of failures.</param>
    /// <param name="options">Bounds of rooms.</param>
    /// <param name="document">Bounds of documents.</param>
    /// <param name="noted">Called when the facts of a file were refreshed in its row.</param>
    /// <param name="lease">Whether changes of access on other nodes are sure to be heard of; null on a single node.</param>
    /// <param name="roles">Where roles are read again while they are not; null on a single node.</param>
    public RoomDirectory(
        IEditLog log, IRoomBus bus, TimeProvider time, IIdSource ids, IRoomObserver observer, EditingOptions options,
        DocumentOptions document, Action<WorkspaceId, FileId> noted, IAccessLease? lease = null, IFileRoles? roles = null)
    {
        _noted = noted;
        Returns = new ReturnWindow(time, options.ReturnTime);
        _services = new RoomServices(
            log, bus, time, ids, observer, Meter, options, document, Returns, Closed: Forget, Noted: room => _noted(room.Workspace, room.File))
        {
            Lease = lease ?? new SingleNodeLease(), Roles = roles,
        };
        _pollTimer = time.CreateTimer(_ => OnPoll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.HeadPoll > TimeSpan.Zero) _pollTimer.Change(options.HeadPoll, options.HeadPoll);
    }

    /// <summary>What is measured in all rooms of this node.</summary>
    public EditingMeter Meter { get; } = new();

    /// <summary>When clients may bring back what others wrote.</summary>
    public ReturnWindow Returns { get; }

    /// <summary>Bounds of rooms.</summary>
    public EditingOptions Options => _services.Options;

    /// <summary>Files that are open on this node.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _slots.Count;
        }
    }

    /// <summary>Enters the room of a file, opening it when needed; dispose the lease to leave.</summary>
    /// <returns>The lease, or <c>file.not_found</c>, <c>store.unavailable</c>.</returns>
    public async Task<Result<RoomLease>> EnterAsync(FileId file, CancellationToken ct)
    {
        while (true)
        {
            Slot slot;
            Task? closing;
            lock (_gate)
            {
                if (_draining) return EditErrors.StoreUnavailable;
                if (!_slots.TryGetValue(file, out slot!))
                {
                    slot = new Slot(file);
                    // The room outlives whoever opens it: its loop must not run in that request's context.
                    using (ExecutionContext.SuppressFlow()) slot.Opening = OpenAsync(slot);
                    _slots.Add(file, slot);
                }
                closing = slot.Closing;
                if (closing is null) slot.Guests++;
            }
            if (closing is not null)
            {
                await closing.WaitAsync(ct);
                continue;
            }
            return await EnterAsync(slot, ct);
        }
    }

    private async Task<Result<FileRoom>> OpenAsync(Slot slot)
    {
        await Task.Yield();
        var opened = await FileRoom.OpenAsync(slot.File, _services, CancellationToken.None);
        if (opened.TryGet(out var room, out _))
        {
            lock (_gate) slot.Room = room;
            // It runs already and may have failed before it was listed, when there was nothing to forget.
            if (room.HasFailed) Forget(room);
        }
        return opened;
    }

    private async Task<Result<RoomLease>> EnterAsync(Slot slot, CancellationToken ct)
    {
        try
        {
            var opened = await slot.Opening.WaitAsync(ct);
            if (opened.TryGet(out var room, out var error)) return new RoomLease(room, () => Leave(slot));
            Abandon(slot);
            return error;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Leave(slot);
            throw;
        }
        catch
        {
            // A load that failed is never kept: the next one who asks tries again.
            Abandon(slot);
            throw;
        }
    }

    /// <summary>The rooms that are open now, of one workspace or of all.</summary>
    public IReadOnlyList<FileRoom> Open(WorkspaceId? workspace = null)
    {
        lock (_gate)
        {
            return [.. _slots.Values
                .Where(slot => slot.Closing is null)
                .Select(slot => slot.Room)
                .OfType<FileRoom>()
                .Where(room => workspace is null || room.Workspace == workspace)];
        }
    }

    /// <summary>The room of a file if it is open now; null otherwise.</summary>
    public FileRoom? Find(FileId file)
    {
        lock (_gate) return _slots.TryGetValue(file, out var slot) && slot.Closing is null ? slot.Room : null;
    }

    /// <summary>Puts a deleted file away: its subscribers hear <c>file.deleted</c>.</summary>
    public void Shut(FileId file)
    {
        foreach (var room in Open().Where(room => room.File == file)) room.Shut(ClosedCodes.FileDeleted);
    }

    private void Leave(Slot slot)
    {
        lock (_gate)
        {
            slot.Guests--;
            if (slot.Guests > 0 || slot.Closing is not null || !_slots.ContainsValue(slot)) return;
            slot.Idle ??= _services.Time.CreateTimer(_ => OnIdle(slot), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            slot.Idle.Change(Options.IdleClose, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnIdle(Slot slot)
    {
        lock (_gate)
        {
            if (slot.Guests > 0 || slot.Closing is not null || !_slots.ContainsValue(slot)) return;
            slot.Closing = CloseAsync(slot);
        }
    }

    private async Task CloseAsync(Slot slot)
    {
        await Task.Yield();
        var opened = await slot.Opening;
        if (opened.TryGet(out var room, out _))
        {
            if (!await room.IsQuietAsync() && IsStillThere(slot))
            {
                // The log does not commit: the room keeps what it has and is asked again later.
                lock (_gate)
                {
                    slot.Closing = null;
                    slot.Idle?.Change(Options.IdleClose, Timeout.InfiniteTimeSpan);
                }
                return;
            }
            await room.CloseAsync(ClosedCodes.ServerDraining, CancellationToken.None);
        }
        Abandon(slot);
    }

    private bool IsStillThere(Slot slot)
    {
        lock (_gate) return _slots.ContainsValue(slot);
    }

    private void Abandon(Slot slot)
    {
        lock (_gate)
        {
            if (_slots.TryGetValue(slot.File, out var present) && present == slot) _slots.Remove(slot.File);
            slot.Idle?.Dispose();
        }
    }

    private void Forget(FileRoom room)
    {
        Returns.Open(room.File);
        lock (_gate)
        {
            if (_slots.TryGetValue(room.File, out var slot) && slot.Room == room) _slots.Remove(room.File);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _pollTimer.DisposeAsync();
        await DrainAsync(CancellationToken.None);
        Task polling;
        lock (_gate) polling = _polling;
        await polling;
        Meter.Dispose();
    }

    private sealed class Slot(FileId file)
    {
        public FileId File { get; } = file;
        public Task<Result<FileRoom>> Opening { get; set; } = null!;
        public FileRoom? Room { get; set; }
        public int Guests { get; set; }
        public ITimer? Idle { get; set; }
        public Task? Closing { get; set; }
    }
}

/// <summary>A stay in a room; disposing it lets the room be put away when it was the last one.</summary>
public sealed class RoomLease(FileRoom room, Action leave) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>The room.</summary>
    public FileRoom Room => room;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
