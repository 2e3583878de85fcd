using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <summary>A stretch of a text that one client wrote.</summary>
/// <param name="Client">The client id on the wire.</param>
/// <param name="Start">First unit, as in <see cref="YDocument.TextLength"/>.</param>
/// <param name="Length">Units.</param>
public readonly record struct AuthoredRun(long Client, long Start, long Length);

/// <content>Positions that move with the text, and who wrote what.</content>
public sealed partial class YDocument
{
    /// <summary>An anchor at a position of a root, 0 to its length; <paramref name="assoc"/> below 0 sticks to the unit at the left.</summary>
    public RelativePosition Anchor(string root, long index, int assoc = 0)
    {
        var end = new RelativePosition { Root = root, Assoc = assoc };
        var type = FindRoot(root);
        if (type == 0 || (assoc < 0 && index-- == 0)) return end;
        for (var handle = _types[type].Start; handle != 0;)
        {
            ref var item = ref _items[handle];
            if (item.Visible > index) return new RelativePosition { Id = (_clients.IdOf(item.Client), item.Clock + index), Assoc = assoc };
            index -= item.Visible;
            if (item.Right == 0 && assoc < 0) return new RelativePosition { Id = (_clients.IdOf(item.Client), item.End - 1), Assoc = assoc };
            handle = item.Right;
        }
        return end;
    }

    /// <summary>
    /// Where an anchor is now, in units of the list it belongs to; null when it names something unknown or collected. A deleted
    /// unit gives the place where it was.
    /// </summary>
    public long? Resolve(RelativePosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        if (position.Id is not { } id)
        {
            var root = FindRoot(position.Root ?? "");
            return root == 0 || position.Assoc < 0 ? 0 : _types[root].Length;
        }
        if (_clients.State(id.Client) <= id.Clock) return null;
        ref var item = ref _items[Find(_clients.IndexOf(id.Client), (uint)id.Clock)];
        if (position.IsTypeEnd)
        {
            if (item.Kind != ContentKind.Type) return null;
            return position.Assoc < 0 ? 0 : _types[item.OwnType].Length;
        }
        if (item.Kind == ContentKind.Gc) return null;
        var index = item.Visible == 0 ? 0 : id.Clock - item.Clock + (position.Assoc < 0 ? 1 : 0);
        for (var left = item.Left; left != 0; left = _items[left].Left) index += _items[left].Visible;
        return index;
    }

    /// <summary>Who wrote each stretch of a root text, in order; neighbours by one client are one.</summary>
    public IReadOnlyList<AuthoredRun> Authors(string root)
    {
        var runs = new List<AuthoredRun>();
        var type = FindRoot(root);
        long at = 0;
        for (var handle = type == 0 ? 0 : _types[type].Start; handle != 0; handle = _items[handle].Right)
        {
            ref var item = ref _items[handle];
            if (item.Visible == 0) continue;
            var client = _clients.IdOf(item.Client);
            if (runs.Count > 0 && runs[^1].Client == client) runs[^1] = runs[^1] with { Length = runs[^1].Length + item.Visible };
            else runs.Add(new AuthoredRun(client, at, item.Visible));
            at += item.Visible;
        }
        return runs;
    }
}
