using System.Text.Json.Nodes;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Unit.Protocols;

public class YWebsocketFrameTests
{
    private const string Protocol = "y-websocket";

    public static TheoryData<string, string> Frames => Pairs(ProtocolVectors.Frames(Protocol));

    public static TheoryData<string> Conversations => [.. ProtocolVectors.Conversations(Protocol).Select(c => (string)c["name"]!)];

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_means_what_the_reference_says_and_is_written_alike(string hex, string means) => Check(hex, JsonNode.Parse(means)!);

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Every_frame_of_a_recorded_conversation_is_read_and_written_alike(string name)
    {
        var conversation = ProtocolVectors.Conversations(Protocol).Single(c => (string)c["name"]! == name);
        Assert.All(ProtocolVectors.Messages(conversation), frame => Check((string)frame["hex"]!, frame["means"]!));
    }

    [Theory]
    [InlineData("00", DecodeError.UnexpectedEnd)]
    [InlineData("0000", DecodeError.UnexpectedEnd)]
    [InlineData("000005", DecodeError.UnexpectedEnd)]
    [InlineData("0003", DecodeError.UnknownMessage)]
    [InlineData("0002ffffffffffffffff7f", DecodeError.IntegerOutOfRange)]
    [InlineData("01", DecodeError.UnexpectedEnd)]
    [InlineData("0201", DecodeError.UnknownMessage)]
    [InlineData("020002c328", DecodeError.InvalidUtf8)]
    [InlineData("ff", DecodeError.UnexpectedEnd)]
    public void A_broken_frame_is_refused_with_the_reason(string hex, DecodeError reason)
    {
        Assert.Equal(reason, YWebsocketFrame.Decode(Convert.FromHexString(hex), out var messages));
        Assert.Empty(messages);
    }

    [Fact]
    public void Every_broken_frame_of_the_vectors_is_refused_or_holds_no_message()
    {
        foreach (var broken in ProtocolVectors.Malformed(Protocol))
        {
            var note = (string)broken["note"]!;
            var error = YWebsocketFrame.Decode(Convert.FromHexString((string)broken["hex"]!), out var messages);
            // The update inside is for the document engine to refuse; the frame around it is whole.
            if (note == "update payload that is not a valid update") Assert.Equal([1], Assert.Single(messages).Sync.Payload.ToArray());
            else Assert.Empty(messages);
            Assert.Equal(note.Contains("ignore", StringComparison.Ordinal) || messages.Count == 1, error == DecodeError.None);
        }
    }

    [Fact]
    public void Nothing_is_done_of_a_frame_whose_second_message_is_broken()
    {
        Assert.Equal(DecodeError.UnexpectedEnd, YWebsocketFrame.Decode(Convert.FromHexString("0300000100" + "0002"), out var messages));
        Assert.Empty(messages);
    }

    [Fact]
    public void A_message_of_an_unknown_type_ends_the_frame_without_spoiling_what_came_before()
    {
        Assert.Equal(DecodeError.None, YWebsocketFrame.Decode(Convert.FromHexString("0000010063ffff"), out var messages));
        Assert.Equal(SyncKind.Step1, Assert.Single(messages).Sync.Kind);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(11);
        byte[] seed = [.. YWebsocketFrame.QueryAwareness(), .. YWebsocketFrame.Awareness("abc"u8), .. YWebsocketFrame.PermissionDenied("é"), .. YWebsocketFrame.Sync(SyncKind.Step2, "xyz"u8)];
        for (var run = 0; run < 20_000; run++)
        {
            byte[] bytes = [.. seed];
            for (var fault = random.Next(3); fault >= 0; fault--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (YWebsocketFrame.Decode(bytes, out var messages) != DecodeError.None) Assert.Empty(messages);
        }
    }

    private static void Check(string hex, JsonNode means)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(DecodeError.None, YWebsocketFrame.Decode(bytes, out var messages));
        JsonNode read = messages.Count == 1 ? Means(messages[0]) : new JsonArray([.. messages.Select(Means)]);
        Assert.True(JsonNode.DeepEquals(means, read), $"expected {means.ToJsonString()}, is {read.ToJsonString()}");
        Assert.Equal(bytes, messages.SelectMany(Write));
    }

    private static JsonObject Means(YWebsocketMessage message) => message.Kind switch
    {
        YWebsocketKind.Sync => ProtocolVectors.Means(message.Sync),
        YWebsocketKind.Awareness => ProtocolVectors.Means(message.Awareness),
        YWebsocketKind.PermissionDenied => new JsonObject { ["type"] = "auth", ["code"] = 0, ["reason"] = message.Reason },
        _ => new JsonObject { ["type"] = "queryAwareness" },
    };

    private static byte[] Write(YWebsocketMessage message) => message.Kind switch
    {
        YWebsocketKind.Sync => YWebsocketFrame.Sync(message.Sync.Kind, message.Sync.Payload.Span),
        YWebsocketKind.Awareness => YWebsocketFrame.Awareness(message.Awareness.Span),
        YWebsocketKind.PermissionDenied => YWebsocketFrame.PermissionDenied(message.Reason!),
        _ => YWebsocketFrame.QueryAwareness(),
    };

    private static TheoryData<string, string> Pairs(IEnumerable<JsonNode> frames)
    {
        var pairs = new TheoryData<string, string>();
        foreach (var frame in frames) pairs.Add((string)frame["hex"]!, frame["means"]!.ToJsonString(ProtocolVectors.Readable));
        return pairs;
    }
}
