using CollabHub.Domain.Limits;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit;

public class SlidingWindowsTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly FakeTimeProvider _clock = new();
    private readonly SlidingWindows _limiter;

    public SlidingWindowsTests() => _limiter = new SlidingWindows(_clock);

    [Fact]
    public async Task What_is_over_the_bound_waits_until_the_oldest_leaves_the_window()
    {
        RateRule[] rules = [new("a", 2, Hour)];
        Assert.Null(await _limiter.TakeAsync(rules, default));
        _clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Null(await _limiter.TakeAsync(rules, default));
        Assert.Equal(TimeSpan.FromMinutes(40), await _limiter.TakeAsync(rules, default));
        _clock.Advance(TimeSpan.FromMinutes(40));
        Assert.Null(await _limiter.TakeAsync(rules, default));
        Assert.Equal(TimeSpan.FromMinutes(20), await _limiter.TakeAsync(rules, default));
    }

    [Fact]
    public async Task A_refusal_by_one_rule_counts_under_none()
    {
        Assert.Null(await _limiter.TakeAsync([new("narrow", 1, Hour)], default));
        for (var n = 0; n < 10; n++) Assert.NotNull(await _limiter.TakeAsync([new("wide", 3, Hour), new("narrow", 1, Hour)], default));
        for (var n = 0; n < 3; n++) Assert.Null(await _limiter.TakeAsync([new("wide", 3, Hour)], default));
    }

    [Fact]
    public async Task The_longest_of_several_waits_is_told()
    {
        RateRule[] rules = [new("a", 1, Hour), new("b", 1, 24 * Hour)];
        await _limiter.TakeAsync(rules, default);
        Assert.Equal(24 * Hour, await _limiter.TakeAsync(rules, default));
    }

    [Fact]
    public async Task Keys_do_not_count_for_each_other_however_many_there_are()
    {
        for (var n = 0; n < 5_000; n++)
        {
            Assert.Null(await _limiter.TakeAsync([new($"key{n}", 1, Hour)], default));
            if (n % 1_000 == 0) _clock.Advance(Hour);
        }
        Assert.NotNull(await _limiter.TakeAsync([new("key4999", 1, Hour)], default));
        Assert.Null(await _limiter.TakeAsync([new("key0", 1, Hour)], default));
    }
}
