using System.Text;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

public class AwarenessStampTests
{
    private const string Ada = "\"user\":{\"id\":\"a1\",\"name\":\"Ada\",\"color\":\"#112233\",\"colorLight\":\"#11223333\"}";

    private readonly AwarenessStamp _stamp = new(new AwarenessUser("a1", "Ada", "#112233", "#11223333"));

    [Theory]
    [InlineData("{}", "{" + Ada + "}")]
    [InlineData("{\"user\":{\"id\":\"b2\",\"name\":\"Bob\"}}", "{" + Ada + "}")]
    [InlineData("{\"\\u0075s\\u0065r\":1,\"cursor\":null}", "{" + Ada + ",\"cursor\":null}")]
    [InlineData("{\"user\":1,\"a\":1,\"user\":{\"user\":2}}", "{" + Ada + ",\"a\":1}")]
    [InlineData("{\"User\":1,\"users\":2,\"use\":3}", "{" + Ada + ",\"User\":1,\"users\":2,\"use\":3}")]
    [InlineData("{\"nested\":{\"user\":\"Bob\"}}", "{" + Ada + ",\"nested\":{\"user\":\"Bob\"}}")]
    [InlineData("[{\"user\":1}]", "{" + Ada + "}")]
    [InlineData("7", "{" + Ada + "}")]
    [InlineData("\"user\"", "{" + Ada + "}")]
    public void The_user_is_the_verified_account_whatever_was_sent(string sent, string stamped) => Assert.Equal(stamped, Stamp(sent));

    [Theory]
    [InlineData("\"cursor\":{\"anchor\":{\"item\":{\"client\":5,\"clock\":1.50}},\"head\":-0}")]
    [InlineData("\"n\" : 1e999 ")]
    [InlineData("\"\\ud800\":\"\\udc00\"")]
    [InlineData("\"\\uzz\":1", true)]
    [InlineData("\"a\":1,\"a\":2")]
    [InlineData("\"é\\u00e9\\/\":[ 1 , 2 ]")]
    public void Other_members_are_kept_byte_for_byte(string members, bool isBroken = false)
    {
        if (isBroken)
        {
            Assert.Equal(DecodeError.InvalidJson, Decode("{" + members + "}"));
            return;
        }
        Assert.Equal(DecodeError.None, Decode("{" + members + "}"));
        Assert.Equal("{" + Ada + "," + members.TrimEnd() + "}", Stamp("{" + members + ",\"user\":\"Bob\"}"));
        Assert.Equal("{" + Ada + "," + members.TrimEnd() + "}", Stamp("{\"user\":\"Bob\"," + members + "}"));
    }

    [Fact]
    public void Gone_stays_gone()
    {
        var gone = new AwarenessEntry(5, 3, null);
        Assert.Equal(gone, _stamp.Apply(gone));
        Assert.Equal(5, _stamp.Apply(gone with { State = "{}"u8.ToArray() }).Client);
    }

    [Fact]
    public void A_name_can_break_neither_the_JSON_nor_a_page()
    {
        var stamp = new AwarenessStamp(new AwarenessUser("a1", "\"},<script>\ud800\0😀", "c", "l"));
        var stamped = Encoding.UTF8.GetString(stamp.Apply("{}"u8));
        using var parsed = System.Text.Json.JsonDocument.Parse(stamped);
        Assert.Equal("\"},<script>\uFFFD\0😀", parsed.RootElement.GetProperty("user").GetProperty("name").GetString());
        Assert.DoesNotContain("<", stamped, StringComparison.Ordinal);
    }

    private string Stamp(string state) => Encoding.UTF8.GetString(_stamp.Apply(Encoding.UTF8.GetBytes(state)));

    private static DecodeError Decode(string state) => AwarenessMessage.Decode(
        AwarenessMessage.Encode([new AwarenessEntry(5, 1, Encoding.UTF8.GetBytes(state))]), AwarenessLimits.Default, out _);
}
