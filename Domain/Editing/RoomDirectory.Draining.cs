namespace CollabHub.Domain.Editing;

/// <summary>The end of a node: people are sent to the other ones, what is not committed yet is.</summary>
public sealed partial class RoomDirectory
{
    /// <summary>
    /// Ends every subscription with <c>server.draining</c>, spread over <see cref="EditingOptions.DrainWindow"/>, and commits what waits; nothing
    /// new is opened. Who was not told yet goes on working. Cancelling gives up waiting.
    /// </summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        List<Slot> slots;
        lock (_gate)
        {
            _draining = true;
            slots = [.. _slots.Values];
        }
        var rooms = await Task.WhenAll(slots.Select(SubscribersAsync));
        // One of each file in turn: no file loses all of its people at the same time.
        var all = rooms.SelectMany(room => room.Select((subscriber, at) => (subscriber, at))).OrderBy(one => one.at).Select(one => one.subscriber).ToList();
        await Spreading.RunAsync(all, subscriber => subscriber.End(ClosedCodes.ServerDraining), Options.DrainWindow, _services.Time, ct);
        await Task.WhenAll(slots.Select(async slot =>
        {
            var opened = await slot.Opening;
            if (slot.Closing is { } closing) await closing.WaitAsync(ct);
            else if (opened.TryGet(out var room, out _)) await room.CloseAsync(ClosedCodes.ServerDraining, ct);
            Abandon(slot);
        }));
    }

    private static async Task<IReadOnlyList<FileSubscription>> SubscribersAsync(Slot slot)
    {
        var opened = await slot.Opening;
        return opened.TryGet(out var room, out _) ? await room.SubscribersAsync() : [];
    }
}
