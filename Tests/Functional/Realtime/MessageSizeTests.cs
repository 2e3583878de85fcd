using System.Text;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>How large a message may be, hub by hub: only the session hub takes more than a call needs, for what was typed offline.</summary>
public class MessageSizeTests
{
    private const int Bound = 32 * 1024;

    [Theory]
    [InlineData("hubs/notifications", false)]
    [InlineData("hubs/ops", false)]
    [InlineData("hubs/deployments", false)]
    [InlineData("hubs/session", true)]
    public async Task A_message_over_the_bound_ends_the_connection_on_every_hub_but_the_one_that_takes_offline_work(string path, bool isTaken)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, path);
        await raw.SendAsync(RawHub.JsonHandshake);
        await raw.SendAsync(Renewal("just", Bound));
        Assert.True(await raw.HearsAsync(Refused("just"), Eventually.Patience));
        await raw.SendAsync(Renewal("over", Bound + 1));
        Assert.Equal(isTaken, await raw.HearsAsync(Refused("over"), Eventually.Patience));
    }

    [Fact]
    public async Task The_bound_is_a_setting()
    {
        await using var hub = TestHub.Start(("Limits:HubMessageBytes", "100000"));
        var ada = await hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/notifications");
        await raw.SendAsync(RawHub.JsonHandshake);
        await raw.SendAsync(Renewal("over", Bound + 1));
        Assert.True(await raw.HearsAsync(Refused("over"), Eventually.Patience));
    }

    /// <summary>A call with a token that is none, of so many bytes with all that belongs to the message and its separator.</summary>
    private static string Renewal(string id, int bytes)
    {
        var (start, end) = ($"{{\"type\":1,\"invocationId\":\"{id}\",\"target\":\"RenewToken\",\"arguments\":[\"", "\"]}\u001e");
        return start + new string('x', bytes - start.Length - end.Length) + end;
    }

    private static byte[] Refused(string id) => Encoding.UTF8.GetBytes($"\"invocationId\":\"{id}\",\"error\":");
}
