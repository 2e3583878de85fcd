using System.Globalization;
using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Every document vector: all delivery orders, with and without garbage collection.</summary>
public class DocumentVectorTests
{
    public static TheoryData<string> Files => Vectors.Files("documents-*.json", "fuzz-*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void All_delivery_orders_lead_to_the_expected_state(string file) =>
        Assert.True(Vectors.ForEach(Vectors.Load(file).GetProperty("vectors"), Orders) > 0);

    private static void Orders(JsonElement vector)
    {
        var updates = vector.Base64List("updates");
        var expected = vector.GetProperty("expect");
        foreach (var order in vector.GetProperty("orders").EnumerateArray())
        {
            foreach (var gc in new[] { true, false })
            {
                using var document = new YDocument(new DocumentOptions { GarbageCollect = gc });
                foreach (var index in order.EnumerateArray())
                {
                    var result = document.Apply(updates[index.GetInt32()]);
                    Assert.Equal(DecodeError.None, result.Error);
                }
                var at = $"order {order.GetRawText()[..Math.Min(60, order.GetRawText().Length)]} gc {gc}";
                Expect(document, expected, at);
                Vectors.Same(expected.GetProperty(gc ? "gc" : "noGc").GetProperty("normal").GetString()!, Vectors.Normal(document.EncodeStateAsUpdate()), $"normal form, {at}");
            }
        }
    }

    private static void Expect(YDocument document, JsonElement expected, string at)
    {
        foreach (var root in expected.GetProperty("roots").EnumerateObject()) ExpectedRoot.Check(document, root.Name, root.Value, at);
        foreach (var clock in expected.GetProperty("clocks").EnumerateObject())
            Assert.Equal(clock.Value.GetInt64(), document.State(long.Parse(clock.Name, CultureInfo.InvariantCulture)));
        Assert.Equal(expected.GetProperty("pending").GetBoolean(), document.HasPending);
        Vectors.Same(expected.GetProperty("stateVector").GetString()!, Convert.ToBase64String(document.EncodeStateVector()), $"state vector, {at}");
    }
}
