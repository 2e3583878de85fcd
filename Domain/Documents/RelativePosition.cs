using System.Text;

namespace CollabHub.Domain.Documents;

/// <summary>An anchor that moves with the text: a unit, or the end of a type. docs/format.md, section 8.</summary>
public sealed record RelativePosition
{
    /// <summary>The unit, or with <see cref="IsTypeEnd"/> the item that holds the type.</summary>
    public (long Client, long Clock)? Id { get; init; }

    /// <summary>The root whose end is meant, when there is no <see cref="Id"/>.</summary>
    public string? Root { get; init; }

    /// <summary>The end of the nested type with that id is meant.</summary>
    public bool IsTypeEnd { get; init; }

    /// <summary>0 or more: sticks to the unit at its right; less: to the one at its left.</summary>
    public int Assoc { get; init; }

    /// <summary>Reads an anchor; a missing association at the end is 0.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out RelativePosition position, out DecodeError error)
    {
        var reader = new Lib0Reader(bytes);
        var kind = reader.ReadVarUint();
        position = kind switch
        {
            0 or 2 => new RelativePosition { Id = (reader.ReadVarUint(), reader.ReadVarUint()), IsTypeEnd = kind == 2 },
            1 => new RelativePosition { Root = Encoding.UTF8.GetString(reader.ReadVarString()) },
            _ => new RelativePosition(),
        };
        if (kind > 2) reader.Fail(DecodeError.UnknownContent);
        if (!reader.AtEnd) position = position with { Assoc = (int)Math.Clamp(reader.ReadVarInt(out _), -1, 1) };
        if (reader.Ok && !reader.AtEnd) reader.Fail(DecodeError.TrailingBytes);
        error = reader.Error;
        return reader.Ok;
    }

    /// <summary>The bytes, association included.</summary>
    public byte[] Encode()
    {
        using var writer = new Lib0Writer(32);
        if (Id is { } id)
        {
            writer.WriteVarUint(IsTypeEnd ? 2 : 0);
            writer.WriteVarUint(id.Client);
            writer.WriteVarUint(id.Clock);
        }
        else
        {
            writer.WriteVarUint(1);
            writer.WriteVarString(Root);
        }
        writer.WriteVarInt(Assoc);
        return writer.ToArray();
    }
}
