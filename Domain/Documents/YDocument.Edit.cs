using System.Buffers;
using System.Text;
using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>Edits of this replica's own: docs/algorithm.md, section 12.</content>
public sealed partial class YDocument
{
    /// <summary>Lists shorter than this are walked; longer ones get an index at the first edit by position.</summary>
    private const int WalkedItems = 64;

    private PositionIndex? _index;
    private DeleteSet? _recordedDeletes;

    /// <summary>Carries out splices on the text of a root as one transaction.</summary>
    /// <param name="root">Name of the root text; it comes into being with its first content.</param>
    /// <param name="clientId">Author, an id that nobody else uses and that never had a state this document does not know.</param>
    /// <param name="edits">Ascending, not overlapping, in units of <see cref="GetText"/> before the call, never inside a surrogate pair.</param>
    /// <returns>The update that says the same to others; null when the edits change nothing.</returns>
    /// <exception cref="ArgumentException">The edits overlap, descend, or lie outside of the text; nothing has changed.</exception>
    public byte[]? ApplyTextEdits(string root, long clientId, IReadOnlyList<TextEdit> edits)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(edits);
        ArgumentOutOfRangeException.ThrowIfNegative(clientId);
        var type = FindRoot(root);
        CheckEdits(edits, type == 0 ? 0 : _types[type].TextUnits);
        if (_index is { IsThin: true }) _index = null;
        BeginTransaction();
        var before = _clients.State(clientId);
        var deletes = _recordedDeletes = new DeleteSet();
        long shift = 0;
        foreach (var edit in edits)
        {
            var at = edit.Position + shift;
            if (edit.Deleted > 0) DeleteText(type, at, edit.Deleted);
            if (edit.Inserted.Length > 0)
            {
                if (type == 0) type = _types.Root(_names.Intern(Encoding.UTF8.GetBytes(root)));
                InsertText(type, at, edit.Inserted, _clients.GetOrAdd(clientId));
            }
            shift += edit.Inserted.Length - edit.Deleted;
        }
        _recordedDeletes = null;
        EndTransaction();
        return _changed ? EncodeOwn(clientId, before, deletes) : null;
    }

    private static void CheckEdits(IReadOnlyList<TextEdit> edits, long length)
    {
        long end = 0;
        foreach (var edit in edits)
        {
            if (edit.Position < end || edit.Deleted < 0 || edit.Position + (long)edit.Deleted > length)
                throw new ArgumentException($"The edit at {edit.Position} does not fit the text of {length} units.", nameof(edits));
            end = edit.Position + (long)edit.Deleted;
        }
    }

    private byte[] EncodeOwn(long clientId, uint before, DeleteSet deletes)
    {
        using var writer = new Lib0Writer();
        var client = _clients.Find(clientId);
        if (client is null || client.State == before)
        {
            writer.WriteByte(0);
        }
        else
        {
            writer.WriteByte(1);
            WriteClient(client, before, client.State, writer);
        }
        deletes.Write(writer);
        return writer.ToArray();
    }

    private void InsertText(int type, long position, string text, ClientStructs client)
    {
        var place = new Placement { OriginClient = Item.NoClient, RightClient = Item.NoClient, Parent = type, Key = -1 };
        if (position > 0)
        {
            place.Left = Locate(type, position - 1, out var offset);
            if (offset + 1 < _items[place.Left].Length) SplitAt(place.Left, offset + 1);
            ref var left = ref _items[place.Left];
            place.OriginClient = left.Client;
            place.OriginClock = left.End - 1;
            place.Right = left.Right;
        }
        else
        {
            place.Right = _types[type].Start;
        }
        if (place.Right != 0)
        {
            place.RightClient = _items[place.Right].Client;
            place.RightClock = _items[place.Right].Clock;
        }
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var bytes = Encoding.UTF8.GetBytes(text, utf8);
        var view = new StructView { Kind = ContentKind.String, Length = (uint)text.Length, IsAscii = bytes == text.Length, ContentLength = bytes };
        var follows = place.OriginClient == client.Index && place.OriginClock + 1 == client.State && FollowsLast(client, ref place);
        if (!follows || !TryExtendLast(ref view, utf8, client))
        {
            var handle = AddItem(ref view, utf8, client, client.State, offset: 0, place);
            Link(handle, place);
            AfterLinking(handle, client);
        }
        _changed = true;
        ArrayPool<byte>.Shared.Return(utf8);
    }

    private void DeleteText(int type, long position, long count)
    {
        var handle = Locate(type, position, out var offset);
        if (offset > 0) handle = SplitAt(handle, offset);
        while (count > 0)
        {
            ref var item = ref _items[handle];
            var size = PositionIndex.SizeOf(ref item);
            if (size > 0)
            {
                if (size > count)
                {
                    SplitAt(handle, (uint)count);
                    size = (uint)count;
                }
                Delete(handle);
                count -= size;
            }
            handle = _items[handle].Right;
        }
    }

    private uint SplitAt(uint handle, uint length)
    {
        ref var item = ref _items[handle];
        var client = _clients[item.Client];
        return Split(client, client.Find(item.Clock), handle, length);
    }

    /// <summary>The item that holds a text unit of a list, and the unit's place in it; 0 behind the end.</summary>
    private uint Locate(int type, long position, out uint offset)
    {
        if (_index?.Type == type) return _index.Find(position, out offset);
        var walked = 0;
        for (var handle = _types[type].Start; handle != 0; handle = _items[handle].Right)
        {
            var size = PositionIndex.SizeOf(ref _items[handle]);
            if (position < size)
            {
                offset = (uint)position;
                return handle;
            }
            position -= size;
            if (++walked <= WalkedItems) continue;
            BuildIndex(type);
            for (var passed = _types[type].Start; passed != _items[handle].Right; passed = _items[passed].Right)
                position += PositionIndex.SizeOf(ref _items[passed]);
            return _index!.Find(position, out offset);
        }
        offset = 0;
        return 0;
    }

    private void BuildIndex(int type)
    {
        _index = new PositionIndex(type, _items);
        for (var handle = _types[type].Start; handle != 0; handle = _items[handle].Right) _index.Append(handle);
    }
}
