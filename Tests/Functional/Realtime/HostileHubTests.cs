using System.Text;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>Handshakes, frames and messages that no SignalR client sends (security catalogue B-14 to B-17): an error or an end, and nobody else notices.</summary>
public class HostileHubTests(HostileHubTests.SharedHub shared) : IClassFixture<HostileHubTests.SharedHub>
{
    public static TheoryData<string, string> Handshakes => new()
    {
        { "none at all", "" },
        { "an unknown protocol", "{\"protocol\":\"yaml\",\"version\":1}\u001e" },
        { "a version to come", "{\"protocol\":\"json\",\"version\":99}\u001e" },
        { "no record separator", "{\"protocol\":\"json\",\"version\":1}" },
        { "garbage", "\u0001\u0002garbage\u001e" },
        { "a megabyte", $"{{\"protocol\":\"{new string('x', 1_000_000)}\",\"version\":1}}\u001e" },
        { "numbers where words belong", "{\"protocol\":1,\"version\":\"1\"}\u001e" },
        { "an array", "[]\u001e" },
    };

    public static TheoryData<string, string> Json => new()
    {
        { "a second handshake", RawHub.JsonHandshake },
        { "a type that is no number", "{\"type\":\"1\"}\u001e" },
        { "no type", "{}\u001e" },
        { "an unknown method", Invoke("NoSuchMethod", "[]") },
        { "too few arguments", Invoke("JoinSession", "[]") },
        { "too many arguments", Invoke("JoinSession", "[1,2,3,4]") },
        { "arguments of other types", Invoke("PushEdit", "[{},[],{}]") },
        { "arguments that are none", Invoke("PushEdit", "{}") },
        { "an argument nested deep", Invoke("SetPresence", $"[{new string('[', 100_000)}{new string(']', 100_000)}]") },
        { "a million elements", Invoke("SetPresence", $"[{string.Join(',', Enumerable.Repeat('1', 1_000_000))}]") },
        { "a number beyond all", Invoke("PushEdit", "[\"a\",1e999,\"\"]") },
        { "half a surrogate", Invoke("RenewToken", "[\"\\ud800\"]") },
        { "an invocation id twice", Invoke("RenewToken", "[\"x\"]") + Invoke("RenewToken", "[\"x\"]") },
        { "a stream item for no stream", "{\"type\":2,\"invocationId\":\"9\",\"item\":1}\u001e" },
        { "a completion nobody asked for", "{\"type\":3,\"invocationId\":\"9\",\"result\":1}\u001e" },
        { "a cancellation of nothing", "{\"type\":5,\"invocationId\":\"9\"}\u001e" },
        { "an acknowledgement without reconnects", "{\"type\":8,\"sequenceId\":1}\u001e" },
        { "a sequence without reconnects", "{\"type\":9,\"sequenceId\":1}\u001e" },
        { "a close", "{\"type\":7}\u001e" },
        { "a stream uploaded", "{\"type\":1,\"invocationId\":\"1\",\"target\":\"RenewToken\",\"arguments\":[],\"streamIds\":[\"1\",\"2\"]}\u001e" },
        { "cut JSON", "{\"type\":1,\"target\":\u001e" },
        { "nothing", "\u001e" },
    };

    public static TheoryData<string, byte[]> Packed => new()
    {
        { "a length without an end", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] },
        { "a length of two gigabytes", [0xff, 0xff, 0xff, 0xff, 0x07] },
        { "a length over the bound", [0x80, 0x80, 0x80, 0x10] },
        { "no length", [0] },
        { "arrays nested 100,000 deep", RawHub.Pack(Invocation("SetPresence", [0x91, .. Enumerable.Repeat((byte)0x91, 100_000)])) },
        { "arrays nested 100,000 deep in the message itself", RawHub.Pack([.. Enumerable.Repeat((byte)0x91, 100_000)]) },
        { "arrays nested deep in the headers", RawHub.Pack([0x95, 1, 0x81, 0xa1, (byte)'h', .. Enumerable.Repeat((byte)0x91, 100_000)]) },
        { "a map of four thousand million", RawHub.Pack(Invocation("SetPresence", [0x92, 0xc0, 0xdf, 0xff, 0xff, 0xff, 0xff])) },
        { "an array of four thousand million", RawHub.Pack([0xdd, 0xff, 0xff, 0xff, 0xff]) },
        { "a string of four gigabytes", RawHub.Pack(Invocation("RenewToken", [0x91, 0xdb, 0xff, 0xff, 0xff, 0xff])) },
        { "compressed blocks", RawHub.Pack(Invocation("SetPresence", [0x92, 0xc0, 0xc7, 5, 99, 0xd2, 0x7f, 0xff, 0xff, 0xff])) },
        { "compressed arrays", RawHub.Pack(Invocation("SetPresence", [0x92, 0xc0, 0x92, 0xd4, 98, 1, 0xc4, 1, 0])) },
        { "a time of odd length", RawHub.Pack(Invocation("SetPresence", [0x92, 0xc7, 5, 0xff, 1, 2, 3, 4, 5, 0xc0])) },
        { "64,000 keys", RawHub.Pack(Invocation("SetPresence", [0x92, 0xc0, .. Keys(64_000)])) },
        { "bytes that are no text", RawHub.Pack(Invocation("RenewToken", [0x91, 0xa2, 0xff, 0xfe])) },
        { "no number", RawHub.Pack(Invocation("PushEdit", [0x93, 0xc0, 0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc4, 0])) },
        { "the largest number", RawHub.Pack(Invocation("PushEdit", [0x93, 0xc0, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc4, 0])) },
        { "a map for a message", RawHub.Pack(0x81, 1, 1) },
        { "cut in the middle", RawHub.Pack(0x96, 1, 0x80) },
    };

    [Theory]
    [MemberData(nameof(Handshakes), DisableDiscoveryEnumeration = true)]
    public async Task A_connection_that_does_not_shake_hands_ends(string what, string handshake)
    {
        var ada = await shared.Hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/session");
        if (handshake.Length > 0) await raw.SendAsync(handshake);
        Assert.False(await raw.HearsAsync("nothing like this"u8.ToArray(), Eventually.Patience), what);
        await IsWellAsync(ada);
    }

    [Theory]
    [MemberData(nameof(Json), DisableDiscoveryEnumeration = true)]
    public async Task A_strange_json_message_is_answered_or_ends_its_connection(string what, string message)
    {
        var ada = await shared.Hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/session");
        await raw.SendAsync(RawHub.JsonHandshake);
        await raw.SendAsync(message);
        var last = "{\"type\":1,\"invocationId\":\"last\",\"target\":\"RenewToken\",\"arguments\":[\"x\"]}\u001e";
        if (await AnswersAsync(raw, () => raw.SendAsync(last), "\"last\"")) Assert.True(raw.IsOpen, what);
        await IsWellAsync(ada);
    }

    [Theory]
    [MemberData(nameof(Packed), DisableDiscoveryEnumeration = true)]
    public async Task A_strange_packed_message_is_answered_or_ends_its_connection(string what, byte[] message)
    {
        var ada = await shared.Hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/session");
        await raw.SendAsync(Encoding.UTF8.GetBytes(RawHub.PackHandshake));
        await raw.SendAsync(message);
        // What was announced has to come before it can be too much.
        if (message is [0x80, 0x80, 0x80, 0x10] or [0xff, 0xff, 0xff, 0xff, 0x07]) await raw.SendAsync(new byte[6_000_000]);
        var last = RawHub.Pack([0x96, 1, 0x80, 0xa4, .. "last"u8, 0xaa, .. "RenewToken"u8, 0x91, 0xa1, (byte)'x', 0x90]);
        if (await AnswersAsync(raw, () => raw.SendAsync(last), "last")) Assert.True(raw.IsOpen, what);
        await IsWellAsync(ada);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Behind_a_message_of_an_unknown_type_nothing_is_looked_at_and_the_connection_ends_at_its_bound(bool messagePack)
    {
        var ada = await shared.Hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/session");
        await raw.SendAsync(Encoding.UTF8.GetBytes(messagePack ? RawHub.PackHandshake : RawHub.JsonHandshake));
        await raw.SendAsync(messagePack ? RawHub.Pack(0x91, 99) : "{\"type\":99}\u001e"u8.ToArray());
        await raw.SendAsync(new byte[6_000_000]);
        Assert.False(await raw.HearsAsync("nothing like this"u8.ToArray(), Eventually.Patience));
        await IsWellAsync(ada);
    }

    /// <summary>Each byte is an empty message: more than the account may send in hours.</summary>
    [Fact]
    public async Task A_flood_ends_its_own_connection_and_none_of_the_others_of_its_account()
    {
        var ada = await shared.Hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 1);
        await open.NextAsync("sync");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/session");
        await raw.SendAsync(Encoding.UTF8.GetBytes(RawHub.PackHandshake));
        await raw.SendAsync(new byte[6_000_000]);
        Assert.False(await raw.HearsAsync("nothing like this"u8.ToArray(), Eventually.Patience));
        await open.TypeAsync("well");
        await open.NextAsync("saved");
        Assert.Equal("well", await ada.TextAsync(workspace, file));
    }

    /// <summary>Asks again and again until the answer comes, or the end.</summary>
    private static async Task<bool> AnswersAsync(RawHub raw, Func<Task> ask, string answer)
    {
        var hears = raw.HearsAsync(Encoding.UTF8.GetBytes(answer), Eventually.Patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        do await ask();
        while (await Task.WhenAny(hears, again.WaitForNextTickAsync().AsTask()) != hears);
        return await hears;
    }

    /// <summary>One server for all rows: whatever one of them does must not be felt by the next.</summary>
    public sealed class SharedHub : IAsyncLifetime
    {
        public TestHub Hub { get; } = TestHub.Start();

        public Task InitializeAsync() => Task.CompletedTask;

        public Task DisposeAsync() => Hub.DisposeAsync().AsTask();
    }

    private static async Task IsWellAsync(TestUser user)
    {
        var (_, workspace, file) = await user.SessionWithFileAsync("");
        await using var connection = await user.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 1);
        await open.NextAsync("sync");
        await open.TypeAsync("well");
        await open.NextAsync("saved");
        Assert.Equal("well", await user.TextAsync(workspace, file));
    }

    private static string Invoke(string method, string arguments) =>
        $"{{\"type\":1,\"invocationId\":\"1\",\"target\":\"{method}\",\"arguments\":{arguments}}}\u001e";

    private static byte[] Invocation(string method, byte[] arguments) =>
        [0x96, 1, 0x80, 0xa1, (byte)'1', (byte)(0xa0 | method.Length), .. Encoding.ASCII.GetBytes(method), .. arguments, 0x90];

    private static byte[] Keys(int count)
    {
        var bytes = new List<byte> { 0xde, (byte)(count >> 8), (byte)count };
        for (var i = 0; i < count; i++) bytes.AddRange([0xcd, (byte)(i >> 8), (byte)i, 0xc0]);
        return [.. bytes];
    }
}
