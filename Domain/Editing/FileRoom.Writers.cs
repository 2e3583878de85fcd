namespace CollabHub.Domain.Editing;

/// <summary>
/// Who writes under which Yjs client id. The first account to write under an id owns it; nobody else adds to it, except that what a crash
/// took may be brought back by whoever saw it, while its owner is not here. docs/decisions/0010.
/// </summary>
public sealed partial class FileRoom
{
    private readonly Dictionary<long, UserId> _owners = [];
    private readonly List<ClientOwner> _newOwners = [];

    // The connection that wrote under an id last, while it is open.
    private readonly Dictionary<long, FileSubscription> _writers = [];

    private readonly DateTimeOffset _created;

    // Ids of which something was brought back before anybody owned them.
    private readonly HashSet<long> _returned = [];

    private bool MayReturn => _services.Returns.IsOpen(File, _created);

    private bool MayWriteUnder(FileSubscription from, long client)
    {
        if (_owners.TryGetValue(client, out var owner) && owner == from.User) return true;
        if (_writers.TryGetValue(client, out var writer) && writer.User != from.User) return false;
        if (_subscribers.Exists(other => other.User != from.User && other.CursorClients.Contains(client))) return false;
        return owner == default || MayReturn;
    }

    private void NoteWriter(FileSubscription from, long client, bool isFirstExchange)
    {
        if (!_owners.TryGetValue(client, out var owner))
        {
            if (isFirstExchange && MayReturn && !from.CursorClients.Contains(client))
            {
                // It may be what somebody else typed last before a crash. Whoever goes on under this id, or shows a cursor under it, is the one.
                _returned.Add(client);
                return;
            }
            Own(client, from.User);
            owner = from.User;
        }
        if (owner == from.User) _writers[client] = from;
    }

    /// <summary>A connection speaks for the cursor of this id: what was brought back under it is its own.</summary>
    private void ConfirmWriter(FileSubscription from, long client)
    {
        if (_returned.Contains(client) && !_owners.ContainsKey(client)) Own(client, from.User);
    }

    private void Own(long client, UserId user)
    {
        _returned.Remove(client);
        if (_owners.TryAdd(client, user)) _newOwners.Add(new ClientOwner(client, user));
    }

    private void ForgetWriter(FileSubscription gone)
    {
        foreach (var (client, writer) in _writers)
        {
            if (writer == gone) _writers.Remove(client);
        }
    }
}
