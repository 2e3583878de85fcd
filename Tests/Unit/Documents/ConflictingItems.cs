using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Updates of one item each, by many clients, at places as a hostile writer would choose them: any unit as origin, any as right origin.</summary>
/// <remarks><c>backwards</c> allows a right origin before the origin in the same run, which Yjs places in front of its own origin and we behind.</remarks>
internal sealed class ConflictingItems(int seed, bool backwards = true)
{
    private readonly Random _random = new(seed);
    private readonly List<(long Client, int Clock)> _units = [];
    private readonly List<(long Client, int Clock)> _places = [];
    private readonly Dictionary<long, int> _states = [];

    /// <summary>Text of root "t", values of keys of root "m", and now and then a deletion.</summary>
    public IEnumerable<byte[]> Take(int count)
    {
        var clients = _random.Next(2, 400);
        var isTangled = _random.Next(3) > 0;
        for (; count > 0; count--)
        {
            if (_units.Count > 10 && _random.Next(20) == 0)
            {
                yield return Deletion(_units[_random.Next(_units.Count)]);
                continue;
            }
            long client = 1 + _random.Next(clients);
            if (_random.Next(4) == 0 && _units.Count > 0) client = _units[^1].Client;
            yield return _random.Next(12) == 0 ? KeyValue(client) : Text(client, isTangled);
        }
    }

    private byte[] Text(long client, bool isTangled)
    {
        if (_places.Count == 0 || _random.Next(300) == 0) _places.Add(_units.Count == 0 ? default : _units[_random.Next(_units.Count)]);
        var origin = _random.Next(5) switch
        {
            0 when _units.Count > 0 => _units[^1],
            1 when _units.Count > 0 && isTangled => _units[_random.Next(_units.Count)],
            _ => _places[_random.Next(_places.Count)],
        };
        var right = _random.Next(6) switch
        {
            0 when isTangled && _units.Count > 0 => _units[_random.Next(_units.Count)],
            1 when isTangled && _units.Count > 0 => _units[Math.Max(0, _units.Count - 1 - _random.Next(20))],
            < 4 => default,
            _ => _places[_random.Next(_places.Count)],
        };
        if (!backwards && right.Client == origin.Client && right.Clock <= origin.Clock) right = default;
        var text = "abcdefghijklmnopqrstuvwxyz".Substring(_random.Next(23), _random.Next(1, 4));
        return Item(client, text.Length, isText: true, w =>
        {
            w.WriteByte((byte)(0x04 | (origin == default ? 0 : 0x80) | (right == default ? 0 : 0x40)));
            if (origin != default) Id(w, origin);
            if (right != default) Id(w, right);
            if (origin == default && right == default)
            {
                w.WriteByte(1);
                w.WriteVarString("t");
            }
            w.WriteVarString(text);
        });
    }

    private byte[] KeyValue(long client) => Item(client, 1, isText: false, w =>
    {
        w.WriteByte(0x28);
        w.WriteByte(1);
        w.WriteVarString("m");
        w.WriteVarString("k");
        w.WriteByte(1);
        w.WriteByte(125);
        w.WriteByte((byte)_random.Next(60));
    });

    private byte[] Item(long client, int length, bool isText, Action<Lib0Writer> write)
    {
        var clock = _states.GetValueOrDefault(client);
        _states[client] = clock + length;
        using var writer = new Lib0Writer();
        writer.WriteByte(1);
        writer.WriteByte(1);
        writer.WriteVarUint(client);
        writer.WriteVarUint(clock);
        write(writer);
        writer.WriteByte(0);
        for (var unit = 0; isText && unit < length; unit++) _units.Add((client, clock + unit));
        return writer.ToArray();
    }

    private static byte[] Deletion((long Client, int Clock) unit)
    {
        using var writer = new Lib0Writer();
        writer.WriteByte(0);
        writer.WriteByte(1);
        writer.WriteVarUint(unit.Client);
        writer.WriteByte(1);
        writer.WriteVarUint(unit.Clock);
        writer.WriteByte(1);
        return writer.ToArray();
    }

    private static void Id(Lib0Writer writer, (long Client, int Clock) id)
    {
        writer.WriteVarUint(id.Client);
        writer.WriteVarUint(id.Clock);
    }
}
