using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <content>A moment of the document, and the way back to it: docs/algorithm.md, section 10.</content>
public sealed partial class YDocument
{
    /// <summary>Delete set and state vector of now.</summary>
    public byte[] EncodeSnapshot()
    {
        using var writer = new Lib0Writer();
        WriteDeleteSet(writer);
        WriteStateVector(writer);
        return writer.ToArray();
    }

    /// <summary>The document as it was at a snapshot, as a replica of its own that keeps deleted content.</summary>
    /// <returns>Null, with the error, when the bytes are no snapshot.</returns>
    /// <exception cref="InvalidOperationException">This document discards deleted content, so there is no way back.</exception>
    public YDocument? Restore(ReadOnlySpan<byte> snapshot, out DecodeError error)
    {
        if (_options.GarbageCollect) throw new InvalidOperationException("A document that collects deleted content cannot be restored to a snapshot.");
        var reader = new Lib0Reader(snapshot);
        error = DeleteSetReader.Validate(ref reader, _options, out _);
        if (error != DecodeError.None) return null;
        var deletes = snapshot[..reader.Position];
        var state = StateVector.Read(ref reader, out error);
        if (error == DecodeError.None && !reader.AtEnd) error = DecodeError.TrailingBytes;
        if (error != DecodeError.None) return null;
        using var writer = new Lib0Writer(1024);
        WriteUpTo(state, writer);
        writer.WriteBytes(deletes);
        var restored = new YDocument(_options with { MaxUpdateBytes = int.MaxValue });
        error = restored.Apply(writer.Written).Error;
        return restored;
    }

    /// <summary>The text of a root as it was at a snapshot; null, with the error, when the bytes are no snapshot.</summary>
    public string? GetTextAt(ReadOnlySpan<byte> snapshot, string root, out DecodeError error)
    {
        using var restored = Restore(snapshot, out error);
        return restored?.GetText(root);
    }

    private void WriteUpTo(StateVector state, Lib0Writer to)
    {
        var known = new List<(ClientStructs Client, uint End)>();
        foreach (var index in _clients.Descending())
        {
            var client = _clients[index];
            var end = (uint)Math.Min(state[client.Id], client.State);
            if (end > 0) known.Add((client, end));
        }
        to.WriteVarUint(known.Count);
        BeginTransaction();
        foreach (var (client, end) in known)
        {
            // What lies across the border is cut for the writing; the end of the transaction joins it again.
            if (end < client.State)
            {
                FindStart(client, end);
                _touched.Add((client.Index, end));
            }
            WriteClient(client, 0, end, to);
        }
        EndTransaction();
    }
}
