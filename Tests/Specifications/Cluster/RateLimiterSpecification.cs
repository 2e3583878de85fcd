using CollabHub.Domain.Limits;

namespace CollabHub.Tests.Specifications.Cluster;

/// <summary>What every counter of rates keeps.</summary>
public abstract class RateLimiterSpecification
{
    private readonly string _key = Guid.NewGuid().ToString();

    /// <summary>The counter as one node sees it; the same counters at every call.</summary>
    protected abstract IRateLimiter Node();

    [Fact]
    public async Task So_many_may_happen_and_then_the_answer_is_how_long_until_the_next()
    {
        var rule = new RateRule(_key, 3, TimeSpan.FromMinutes(10));
        for (var i = 0; i < 3; i++) Assert.Null(await Node().TakeAsync([rule], default));
        var wait = await Node().TakeAsync([rule], default);
        Assert.InRange(wait!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task An_event_counts_under_all_rules_or_under_none()
    {
        var (wide, narrow) = (new RateRule(_key + "wide", 2, TimeSpan.FromMinutes(1)), new RateRule(_key + "narrow", 1, TimeSpan.FromMinutes(1)));
        Assert.Null(await Node().TakeAsync([wide, narrow], default));
        Assert.NotNull(await Node().TakeAsync([wide, narrow], default));
        Assert.Null(await Node().TakeAsync([wide], default));
        Assert.NotNull(await Node().TakeAsync([wide], default));
    }

    [Fact]
    public async Task What_left_its_window_does_not_count()
    {
        var rule = new RateRule(_key, 1, TimeSpan.FromMilliseconds(200));
        Assert.Null(await Node().TakeAsync([rule], default));
        await Eventually.TrueAsync(async () => await Node().TakeAsync([rule], default) is null);
    }

    [Fact]
    public async Task Of_many_at_once_no_more_than_allowed_get_through()
    {
        var rule = new RateRule(_key, 5, TimeSpan.FromMinutes(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await Node().TakeAsync([rule], default))));
        Assert.Equal(5, answers.Count(wait => wait is null));
    }
}

public sealed class InMemoryRateLimiterTests : RateLimiterSpecification
{
    private readonly SlidingWindows _windows = new(TimeProvider.System);

    protected override IRateLimiter Node() => _windows;
}
