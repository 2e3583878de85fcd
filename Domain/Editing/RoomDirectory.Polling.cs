namespace CollabHub.Domain.Editing;

/// <summary>
/// One look at the heads of all open files at a time: what the bus did not bring is noticed within one
/// <see cref="EditingOptions.HeadPoll"/>, whether it is down, slow, or silently deaf. Roles that nothing confirms are read again.
/// </summary>
public sealed partial class RoomDirectory
{
    private readonly ITimer _pollTimer;
    private Task _polling = Task.CompletedTask;

    /// <summary>A node is gone: so are the cursors of the people on it, and perhaps what it relayed and did not commit.</summary>
    public void ForgetNode(string node)
    {
        Returns.Open();
        foreach (var room in Open()) room.ForgetNode(node);
    }

    /// <summary>Reads the roles of everyone who has a file open again; whether all of them could be read.</summary>
    public async Task<bool> ReviewAllAsync() => (await Task.WhenAll(Open().Select(room => room.ReviewAsync()))).All(areRead => areRead);

    /// <summary>Looks now, as after a pause of this process or a break of the bus.</summary>
    public void LookAtLog() => OnPoll();

    private void OnPoll()
    {
        var rooms = Open();
        // A node that cannot reach the others may still commit a change of access, and nobody hears of it.
        foreach (var room in rooms) room.ReviewRoutinely();
        if (rooms.Count == 0) return;
        lock (_gate)
        {
            // A store that answers slowly is not asked twice at once.
            if (_polling.IsCompleted) _polling = PollAsync(rooms);
        }
    }

    private async Task PollAsync(IReadOnlyList<FileRoom> rooms)
    {
        await Task.Yield();
        try
        {
            var read = await _services.Log.HeadsAsync([.. rooms.Select(room => room.File)], CancellationToken.None);
            if (!read.TryGet(out var heads, out _)) return;
            foreach (var room in rooms)
            {
                if (heads.TryGetValue(room.File, out var head)) room.NoteHead(head);
                else room.Shut(ClosedCodes.FileDeleted);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _services.Observer.CommitThrew(rooms[0].File, exception);
        }
    }
}
