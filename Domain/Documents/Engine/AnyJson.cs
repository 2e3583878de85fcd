using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>Turns <c>any</c> values into JSON. What JSON cannot say becomes an object with one key: <c>$undefined</c>,
/// <c>$number</c>, <c>$bigint</c>, <c>$binary</c>.</summary>
internal static class AnyJson
{
    /// <summary>Writes the value at the reader, which must stand on validated bytes: their depth is bounded.</summary>
    public static void Write(ref Lib0Reader reader, Utf8JsonWriter to)
    {
        var tag = reader.ReadByte();
        switch (tag)
        {
            case AnyValue.Undefined: WriteUndefined(to); break;
            case AnyValue.Null: to.WriteNullValue(); break;
            case AnyValue.Integer:
                var integer = reader.ReadVarInt(out var negativeZero);
                if (negativeZero) WriteSpecial(to, "$number"u8, "-0");
                else to.WriteNumberValue(integer);
                break;
            case AnyValue.Float32: WriteNumber(to, reader.ReadFloat32()); break;
            case AnyValue.Float64: WriteNumber(to, reader.ReadFloat64()); break;
            case AnyValue.BigInt: WriteSpecial(to, "$bigint"u8, reader.ReadBigInt64().ToString(CultureInfo.InvariantCulture)); break;
            case AnyValue.False: to.WriteBooleanValue(false); break;
            case AnyValue.True: to.WriteBooleanValue(true); break;
            case AnyValue.String: to.WriteStringValue(reader.ReadVarBytes()); break;
            case AnyValue.Bytes: WriteBinary(to, reader.ReadVarBytes()); break;
            case AnyValue.Array:
                to.WriteStartArray();
                for (var left = reader.ReadVarUint(); left > 0; left--) Write(ref reader, to);
                to.WriteEndArray();
                break;
            default: WriteObject(ref reader, to); break;
        }
    }

    public static void WriteUndefined(Utf8JsonWriter to)
    {
        to.WriteStartObject();
        to.WriteBoolean("$undefined"u8, true);
        to.WriteEndObject();
    }

    public static void WriteBinary(Utf8JsonWriter to, ReadOnlySpan<byte> bytes)
    {
        to.WriteStartObject();
        to.WriteBase64String("$binary"u8, bytes);
        to.WriteEndObject();
    }

    // Of a repeated key the last value counts, at the place of the first.
    private static void WriteObject(ref Lib0Reader reader, Utf8JsonWriter to)
    {
        var values = new OrderedDictionary<string, int>();
        for (var left = reader.ReadVarUint(); left > 0; left--)
        {
            var key = Encoding.UTF8.GetString(reader.ReadVarBytes());
            values[key] = reader.Position;
            AnyValue.Skip(ref reader, check: false);
        }
        var end = reader.Position;
        to.WriteStartObject();
        foreach (var (key, position) in values)
        {
            to.WritePropertyName(key);
            reader.Seek(position);
            Write(ref reader, to);
        }
        to.WriteEndObject();
        reader.Seek(end);
    }

    private static void WriteNumber(Utf8JsonWriter to, double value)
    {
        if (double.IsNaN(value)) WriteSpecial(to, "$number"u8, "NaN");
        else if (double.IsInfinity(value)) WriteSpecial(to, "$number"u8, value > 0 ? "Infinity" : "-Infinity");
        else if (value == 0 && double.IsNegative(value)) WriteSpecial(to, "$number"u8, "-0");
        else to.WriteNumberValue(value);
    }

    private static void WriteSpecial(Utf8JsonWriter to, ReadOnlySpan<byte> name, string value)
    {
        to.WriteStartObject();
        to.WriteString(name, value);
        to.WriteEndObject();
    }
}
