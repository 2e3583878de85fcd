using CollabHub.Domain.Audit;

namespace CollabHub.Tests.Unit.Audit;

public class CanonicalNumbersTests
{
    [Theory]
    [InlineData("1E+16", "10000000000000000")]
    [InlineData("1", "1")]
    [InlineData("-0", "0")]
    [InlineData("0.000", "0")]
    [InlineData("0e999999999", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("-2.50e-3", "-0.0025")]
    [InlineData("1.2e1", "12")]
    [InlineData("123.456E1", "1234.56")]
    [InlineData("100", "100")]
    [InlineData("1e100000", "\"1e100000\"")]
    [InlineData("-12.5e-999999999999999999999", "\"-125e-1000000000000000000000\"")]
    public void A_number_has_one_spelling(string written, string canonical) => Assert.Equal(canonical, CanonicalNumbers.Of(written).ToJsonString());

    [Fact]
    public void What_is_canonical_stays_as_it_is()
    {
        var random = new Random(1);
        for (var n = 0; n < 1_000; n++)
        {
            var once = CanonicalNumbers.Of(System.Text.Json.JsonSerializer.Serialize(BitConverter.Int64BitsToDouble(random.NextInt64()) is var d && double.IsFinite(d) ? d : 1.5)).ToJsonString();
            Assert.DoesNotContain("e", once, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(once, CanonicalNumbers.Of(once).ToJsonString());
        }
    }
}
