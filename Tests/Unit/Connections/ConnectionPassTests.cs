using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Connections;

public class ConnectionPassTests
{
    private static readonly LimitsOptions Limits = new() { MessagesPerSecond = 60, MessagesBurst = 120, ThrottledSeconds = 60 };
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_flood_is_cut_off_in_time_though_its_waits_take_longer_than_they_should()
    {
        using var pass = await EnterAsync();
        var began = _time.GetUtcNow();
        // The pause between two reads is a little longer than asked for, so now and then one finds a token.
        while (await CountAsync(pass, late: TimeSpan.FromMilliseconds(7))) Assert.True(_time.GetUtcNow() - began < TimeSpan.FromSeconds(90), "never cut off");
        Assert.InRange((_time.GetUtcNow() - began).TotalSeconds, 60, 64);
    }

    [Fact]
    public async Task Who_pauses_between_bursts_begins_anew()
    {
        using var pass = await EnterAsync();
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 600; i++) Assert.True(await CountAsync(pass, late: TimeSpan.Zero));
            _time.Advance(TimeSpan.FromSeconds(2));
        }
    }

    private async Task<ConnectionPass> EnterAsync() =>
        (await new ConnectionLimits(Limits, _time).EnterAsync(new DefaultHttpContext())).Value;

    private async Task<bool> CountAsync(ConnectionPass pass, TimeSpan late)
    {
        var counted = pass.CountAsync(1, 10, default);
        while (!counted.IsCompleted) _time.Advance(TimeSpan.FromMilliseconds(10) + late);
        return await counted;
    }
}
