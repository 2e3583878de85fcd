using CollabHub.Domain.Limits;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit;

public class GrowingDelaysTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void After_the_free_tries_each_waits_twice_as_long_and_early_ones_cost_nothing()
    {
        var delays = new GrowingDelays(2, TimeSpan.FromMinutes(15), _clock);
        Assert.Null(delays.Try("ada"));
        Assert.Null(delays.Try("ada"));
        foreach (var seconds in new[] { 30, 60, 120, 240 })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), delays.Try("ada"));
            _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.Equal(TimeSpan.FromSeconds(1), delays.Try("ada"));
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(delays.Try("ada"));
        }
    }

    [Fact]
    public void Keys_are_apart_and_forgotten_when_cleared_or_old()
    {
        var delays = new GrowingDelays(1, TimeSpan.FromMinutes(15), _clock);
        Assert.Null(delays.Try("ada"));
        Assert.NotNull(delays.Try("ada"));
        Assert.Null(delays.Try("bob"));
        delays.Clear("ada");
        Assert.Null(delays.Try("ada"));
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(delays.Try("ada"));
    }

    [Fact]
    public async Task Of_a_thousand_at_once_only_the_free_ones_pass()
    {
        var delays = new GrowingDelays(10, TimeSpan.FromMinutes(15), _clock);
        var waits = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Task.Run(() => delays.Try("ada"))));
        Assert.Equal(10, waits.Count(wait => wait is null));
    }
}
