using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <summary>What a replica knows: for each client the next expected clock. docs/format.md, section 6.</summary>
public sealed class StateVector
{
    private readonly Dictionary<long, long> _clocks = new(ClientIds.Comparer);

    /// <summary>Clients with a clock.</summary>
    public int Count => _clocks.Count;

    /// <summary>The next expected clock of a client, 0 for an unknown one.</summary>
    public long this[long client]
    {
        get => _clocks.Count == 0 ? 0 : _clocks.GetValueOrDefault(client);
        set => _clocks[client] = value;
    }

    /// <summary>Clients and clocks, in no order.</summary>
    public IReadOnlyDictionary<long, long> Clocks => _clocks;

    /// <summary>Whether everything that <paramref name="other"/> knows is known here.</summary>
    public bool Covers(StateVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (client, clock) in other._clocks)
            if (this[client] < clock) return false;
        return true;
    }

    /// <summary>Reads a whole state vector; each client once, nothing behind it.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out StateVector vector, out DecodeError error)
    {
        var reader = new Lib0Reader(bytes);
        vector = Read(ref reader, out error);
        if (error == DecodeError.None && !reader.AtEnd) error = DecodeError.TrailingBytes;
        return error == DecodeError.None;
    }

    /// <summary>The bytes, clients descending.</summary>
    public byte[] Encode()
    {
        using var writer = new Lib0Writer(16 + (_clocks.Count * 8));
        writer.WriteVarUint(_clocks.Count);
        foreach (var (client, clock) in _clocks.OrderByDescending(c => c.Key))
        {
            writer.WriteVarUint(client);
            writer.WriteVarUint(clock);
        }
        return writer.ToArray();
    }

    internal static StateVector Read(ref Lib0Reader reader, out DecodeError error)
    {
        var vector = new StateVector();
        error = DecodeError.None;
        for (var left = reader.ReadCount(2); left > 0 && reader.Ok; left--)
        {
            var client = reader.ReadVarUint();
            var clock = reader.ReadVarUint();
            if (reader.Ok && !vector._clocks.TryAdd(client, clock)) reader.Fail(DecodeError.DuplicateClient);
        }
        error = reader.Error;
        return vector;
    }
}
