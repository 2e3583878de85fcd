using System.Globalization;
using System.Text;
using System.Text.Json;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>The lib0 encoding, value by value.</summary>
[Trait("Category", "Vectors")]
public class PrimitiveVectorTests
{
    public static TheoryData<string> Files => Vectors.Files("primitives");

    [Theory]
    [MemberData(nameof(Files))]
    public void Unsigned_numbers(string file) => Each(file, "varUint", (value, hex) =>
    {
        var reader = new Lib0Reader(hex);
        var number = long.Parse(value.GetString()!, CultureInfo.InvariantCulture);
        Assert.Equal(number, reader.ReadVarUint());
        AssertRead(reader);
        Written(hex, w => w.WriteVarUint(number));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Signed_numbers(string file) => Each(file, "varInt", (value, hex) =>
    {
        var reader = new Lib0Reader(hex);
        var isNegativeZero = value.GetString() == "-0";
        var number = isNegativeZero ? 0 : long.Parse(value.GetString()!, CultureInfo.InvariantCulture);
        Assert.Equal(number, reader.ReadVarInt(out var negativeZero));
        Assert.Equal(isNegativeZero, negativeZero);
        AssertRead(reader);
        Written(hex, w => w.WriteVarInt(number, negativeZero));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Strings(string file) => Each(file, "varString", (value, hex) =>
    {
        var reader = new Lib0Reader(hex);
        Assert.Equal(value.GetString(), Encoding.UTF8.GetString(reader.ReadVarString()));
        AssertRead(reader);
        Written(hex, w => w.WriteVarString(value.GetString()));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void String_lengths_count_UTF_16_units(string file) => Vectors.ForEach(file, "varString", one =>
        Assert.Equal(one.GetProperty("utf16Length").GetInt32(), Utf16.Count(Encoding.UTF8.GetBytes(one.GetProperty("value").GetString()!))));

    [Theory]
    [MemberData(nameof(Files))]
    public void Lone_surrogates_are_replaced(string file) => Vectors.ForEach(file, "loneSurrogates", one =>
    {
        var units = one.GetProperty("utf16").EnumerateArray().Select(u => (char)ushort.Parse(u.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        Written(Hex(one), w => w.WriteVarString(units));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Byte_arrays(string file) => Each(file, "varUint8Array", (value, hex) =>
    {
        var reader = new Lib0Reader(hex);
        Assert.Equal(value.GetBytesFromBase64(), reader.ReadVarBytes().ToArray());
        AssertRead(reader);
        Written(hex, w => w.WriteVarBytes(value.GetBytesFromBase64()));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Floats_of_32_bits(string file) => Each(file, "float32", (value, hex) =>
    {
        Assert.Equal((float)value.GetDouble(), new Lib0Reader(hex).ReadFloat32());
        Written(hex, w => w.WriteFloat32((float)value.GetDouble()));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Floats_of_64_bits(string file) => Each(file, "float64", (value, hex) =>
    {
        Assert.Equal(value.GetDouble(), new Lib0Reader(hex).ReadFloat64());
        Written(hex, w => w.WriteFloat64(value.GetDouble()));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Big_integers(string file) => Each(file, "bigInt64", (value, hex) =>
    {
        var number = long.Parse(value.GetString()!, CultureInfo.InvariantCulture);
        Assert.Equal(number, new Lib0Reader(hex).ReadBigInt64());
        Written(hex, w => w.WriteBigInt64(number));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Any_values_read_as_json(string file)
    {
        Each(file, "any", ReadAny);
        Each(file, "anyDecodeOnly", ReadAny);
    }

    private static void ReadAny(JsonElement value, byte[] hex)
    {
        var checking = new Lib0Reader(hex);
        AnyValue.Skip(ref checking, check: true, maxNesting: 100);
        AssertRead(checking);
        ExpectedRoot.SameJson(value, ExpectedRoot.Json(w =>
        {
            var reader = new Lib0Reader(hex);
            AnyJson.Write(ref reader, w);
        }), "any");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Relative_positions(string file) => Vectors.ForEachIn(file, "relativePositions", "positions", (part, one) =>
    {
        using var document = new YDocument();
        Assert.True(document.Apply(part.Base64("document")).Ok);
        Assert.True(RelativePosition.TryDecode(Hex(one), out var position, out var error), error.ToString());
        Assert.Equal(Hex(one), position.Encode());
        Assert.Equal(one.GetProperty("assoc").GetInt32(), position.Assoc);
        Assert.Equal(one.GetProperty("index").GetInt64(), document.Resolve(position));
        if (position.Id is { Client: 300, Clock: < 5 } && !position.IsTypeEnd)
            Assert.Equal(position, document.Anchor(part.GetProperty("root").GetString()!, one.GetProperty("index").GetInt64(), position.Assoc));
    });

    private delegate void Check(JsonElement value, byte[] hex);

    private static void Each(string file, string part, Check check) => Vectors.ForEach(file, part, one => check(one.GetProperty("value"), Hex(one)));

    private static byte[] Hex(JsonElement one) => Convert.FromHexString(one.GetProperty("hex").GetString()!);

    private static void AssertRead(Lib0Reader reader)
    {
        Assert.Equal(DecodeError.None, reader.Error);
        Assert.True(reader.AtEnd);
    }

    private static void Written(byte[] expected, Action<Lib0Writer> write)
    {
        using var writer = new Lib0Writer();
        write(writer);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(writer.Written));
    }
}
