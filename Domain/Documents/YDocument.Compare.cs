using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Whether bytes say anything new.</content>
public sealed partial class YDocument
{
    /// <summary>
    /// Whether a valid update says nothing that is not in the document already: every struct lies below the state, every range is
    /// deleted. What merely waits does not count as in the document. False for bytes that are no update.
    /// </summary>
    public bool Contains(ReadOnlySpan<byte> update)
    {
        if (UpdateValidator.Validate(update, _options, _blocks, out _) != DecodeError.None) return false;
        var walker = new UpdateWalker(update);
        while (walker.MoveNext())
            if (walker.View.Kind != ContentKind.Skip && walker.End > _clients.State(walker.Client)) return false;
        var reader = new Lib0Reader(update);
        reader.Seek(walker.DeleteSet);
        for (var clients = reader.ReadVarUint(); clients > 0; clients--)
        {
            var client = _clients.Find(reader.ReadVarUint());
            for (var ranges = reader.ReadVarUint(); ranges > 0; ranges--)
            {
                var start = (uint)reader.ReadVarUint();
                if (client is null || !IsDeleted(client, start, start + (uint)reader.ReadVarUint())) return false;
            }
        }
        return true;
    }

    private bool IsDeleted(ClientStructs client, uint start, uint end)
    {
        if (end > client.State) return false;
        var at = client.Find(start);
        while (true)
        {
            ref var item = ref _items[client.HandleAt(at)];
            if (!item.IsDeleted) return false;
            if (item.End >= end || !client.TryNext(at, out at)) return true;
        }
    }
}
