namespace CollabHub.Domain.Editing;

/// <summary>
/// Subscribers whose line is silent: their cursors are gone as if they had left, and shown again when they are heard. Their client ids stay theirs,
/// unless the same person uses them on another connection meanwhile; edits and what is saved know nothing of it.
/// </summary>
public sealed partial class FileRoom
{
    /// <summary>The line of a subscriber is silent. May be said again and again.</summary>
    public void Silence(FileSubscription subscriber) => Post(() => OnSilent(subscriber));

    /// <summary>The line of a subscriber is heard again.</summary>
    public void Hear(FileSubscription subscriber) => Post(() => OnHeard(subscriber));

    private void OnSilent(FileSubscription subscriber)
    {
        if (subscriber.HiddenCursors is not null || !_subscribers.Contains(subscriber)) return;
        var shown = subscriber.CursorClients.Where(client => _cursors.StateOf(client) is not null);
        subscriber.HiddenCursors = shown.ToDictionary(client => client, client => _cursors.StateOf(client)!);
        MoveCursors(_cursors.Remove(subscriber.CursorClients));
    }

    private void OnHeard(FileSubscription subscriber)
    {
        if (subscriber.HiddenCursors is not { } hidden) return;
        subscriber.HiddenCursors = null;
        foreach (var (client, state) in hidden)
        {
            if (subscriber.CursorClients.Contains(client)) MoveCursors(_cursors.Return(client, state));
        }
    }

    /// <summary>Somebody shows a cursor on another node under this id: the silent connection here does not speak for it any more.</summary>
    private void YieldCursor(long client)
    {
        foreach (var subscriber in _subscribers)
        {
            if (subscriber.HiddenCursors is not null) subscriber.CursorClients.Remove(client);
        }
    }
}
