using System.Text.Json.Nodes;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Unit.Protocols;

public class HocuspocusCodecTests
{
    private const string Protocol = "hocuspocus";

    public static TheoryData<string, string> Frames
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var frame in ProtocolVectors.Frames(Protocol)) pairs.Add((string)frame["hex"]!, frame["means"]!.ToJsonString(ProtocolVectors.Readable));
            return pairs;
        }
    }

    public static TheoryData<string> Conversations => [.. ProtocolVectors.Conversations(Protocol).Select(c => (string)c["name"]!)];

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_means_what_the_reference_says_and_is_written_alike(string hex, string means) => Check(hex, JsonNode.Parse(means)!);

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Every_frame_of_a_recorded_conversation_is_read_and_written_alike(string name)
    {
        var conversation = ProtocolVectors.Conversations(Protocol).Single(c => (string)c["name"]! == name);
        foreach (var message in ProtocolVectors.Messages(conversation))
        {
            var frame = Check((string)message["hex"]!, message["means"]!);
            if ((string)message["dir"]! == "client->server") Assert.True(frame.MayComeFromClient, frame.Kind.ToString());
        }
    }

    [Theory]
    [InlineData("", DecodeError.UnexpectedEnd)]
    [InlineData("05", DecodeError.UnexpectedEnd)]
    [InlineData("05646f632d31", DecodeError.UnexpectedEnd)]
    [InlineData("05646f632d3100", DecodeError.UnexpectedEnd)]
    [InlineData("05646f632d3102", DecodeError.UnexpectedEnd)]
    [InlineData("05646f632d310205", DecodeError.UnknownMessage)]
    [InlineData("05646f632d31060178", DecodeError.UnknownMessage)]
    [InlineData("05646f632d310200", DecodeError.UnknownMessage)]
    [InlineData("05646f632d310801", DecodeError.UnknownMessage)]
    [InlineData("05646f632d310802", DecodeError.UnknownMessage)]
    [InlineData("05646f632d3104000100", DecodeError.UnknownMessage)]
    [InlineData("05646f632d310300", DecodeError.TrailingBytes)]
    [InlineData("02c32800", DecodeError.InvalidUtf8)]
    [InlineData("0000000100", DecodeError.InvalidAddress)]
    [InlineData("020078000100", DecodeError.InvalidAddress)]
    [InlineData("0561006200630300", DecodeError.InvalidAddress)]
    [InlineData("09", DecodeError.UnknownMessage)]
    public void A_broken_frame_of_a_client_is_refused_with_the_reason(string hex, DecodeError reason)
    {
        Assert.Equal(reason, HocuspocusCodec.DecodeFromClient(Convert.FromHexString(hex), out var frame));
        Assert.Null(frame);
    }

    [Fact]
    public void Every_broken_frame_of_the_vectors_is_refused_or_to_be_ignored()
    {
        foreach (var broken in ProtocolVectors.Malformed(Protocol))
        {
            var error = HocuspocusCodec.DecodeFromClient(Convert.FromHexString((string)broken["hex"]!), out var frame);
            if (((string)broken["note"]!).Contains("ignore", StringComparison.Ordinal)) Assert.Equal(HocuspocusKind.Unknown, frame!.Kind);
            else Assert.NotEqual(DecodeError.None, error);
        }
    }

    [Fact]
    public void Fields_after_a_token_are_for_later_versions()
    {
        Assert.Equal(DecodeError.None, HocuspocusCodec.DecodeFromClient(Convert.FromHexString("016402000173017601ff"), out var frame));
        Assert.Equal(("s", "v"), (frame!.Text, frame.ProviderVersion));
    }

    [Fact]
    public void The_document_is_the_address_without_the_session()
    {
        Assert.Equal("doc-1", new HocuspocusFrame(HocuspocusKind.Close, "doc-1\0sess-a").Document);
        Assert.Equal("doc-1", new HocuspocusFrame(HocuspocusKind.Close, "doc-1").Document);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(13);
        byte[][] seeds = [.. ProtocolVectors.Frames(Protocol).Select(frame => Convert.FromHexString((string)frame["hex"]!))];
        for (var run = 0; run < 20_000; run++)
        {
            byte[] bytes = [.. seeds[run % seeds.Length]];
            for (var fault = random.Next(3); fault >= 0; fault--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Assert.Equal(HocuspocusCodec.DecodeFromClient(bytes, out var frame) == DecodeError.None, frame is not null);
        }
    }

    private static HocuspocusFrame Check(string hex, JsonNode means)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(DecodeError.None, HocuspocusCodec.Decode(bytes, out var frame));
        var read = Means(frame!);
        Assert.True(JsonNode.DeepEquals(means, read), $"expected {means.ToJsonString()}, is {read.ToJsonString()}");
        Assert.Equal(bytes, HocuspocusCodec.Encode(frame!));
        return frame!;
    }

    private static JsonObject Means(HocuspocusFrame frame)
    {
        var means = frame.Kind switch
        {
            HocuspocusKind.Sync => ProtocolVectors.Means(frame.Sync),
            HocuspocusKind.SyncReply => ProtocolVectors.Means(frame.Sync, "syncReply"),
            HocuspocusKind.Awareness => ProtocolVectors.Means(frame.Awareness),
            HocuspocusKind.Token => new JsonObject { ["type"] = "auth", ["auth"] = "token", ["token"] = frame.Text },
            HocuspocusKind.TokenRequest => new JsonObject { ["type"] = "auth", ["auth"] = "tokenRequest" },
            HocuspocusKind.PermissionDenied => new JsonObject { ["type"] = "auth", ["auth"] = "permissionDenied", ["text"] = frame.Text },
            HocuspocusKind.Authenticated => new JsonObject { ["type"] = "auth", ["auth"] = "authenticated", ["text"] = frame.Text },
            HocuspocusKind.Stateless => new JsonObject { ["type"] = "stateless", ["payload"] = frame.Text },
            HocuspocusKind.BroadcastStateless => new JsonObject { ["type"] = "broadcastStateless", ["payload"] = frame.Text },
            HocuspocusKind.Close => new JsonObject { ["type"] = "close" },
            HocuspocusKind.SyncStatus => new JsonObject { ["type"] = "syncStatus", ["saved"] = frame.Saved ? 1 : 0 },
            HocuspocusKind.QueryAwareness => new JsonObject { ["type"] = "queryAwareness" },
            var other => new JsonObject { ["type"] = other.ToString().ToLowerInvariant() },
        };
        if (frame.Address.Length > 0) means["document"] = frame.Address;
        if (frame.ProviderVersion is { } version) means["providerVersion"] = version;
        if (frame is { Kind: HocuspocusKind.Close, Text: { } reason }) means["reason"] = reason;
        return means;
    }
}
