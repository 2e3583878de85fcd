using CollabHub.Deploy;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Deployments;

public class BusyAppsTests
{
    private static readonly DeploymentId App = new(Guid.NewGuid());

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly BusyApps _busy;
    private TimeSpan _used;

    public BusyAppsTests() => _busy = new BusyApps(cores: 0.5, new DeploymentRules { BusyPercent = 90 }, _time);

    [Fact]
    public void An_app_is_busy_from_the_reading_on_after_which_it_used_nearly_all_that_it_may()
    {
        Read("a", TimeSpan.FromSeconds(100));
        Assert.Null(_busy.Since(App));
        var since = _time.GetUtcNow();
        for (var i = 0; i < 3; i++) Later("a", TimeSpan.FromSeconds(4.5));
        Assert.Equal(since, _busy.Since(App));
    }

    [Fact]
    public void One_pause_ends_it()
    {
        Read("a", TimeSpan.Zero);
        Later("a", TimeSpan.FromSeconds(5));
        Assert.NotNull(_busy.Since(App));
        Later("a", TimeSpan.FromSeconds(4.4));
        Assert.Null(_busy.Since(App));
    }

    [Fact]
    public void Another_container_counts_anew_and_what_is_gone_is_forgotten()
    {
        Read("a", TimeSpan.Zero);
        Later("a", TimeSpan.FromSeconds(5));
        Later("b", TimeSpan.FromSeconds(5));
        Assert.Null(_busy.Since(App));
        Later("b", TimeSpan.FromSeconds(5));
        Assert.NotNull(_busy.Since(App));
        _busy.Keep(new HashSet<DeploymentId>());
        Assert.Null(_busy.Since(App));
    }

    [Fact]
    public void Readings_are_far_enough_apart_and_none_is_due_when_no_app_ends_for_being_busy()
    {
        Assert.True(_busy.IsDue(App));
        Read("a", TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(_busy.IsDue(App));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_busy.IsDue(App));
        Assert.False(new BusyApps(0.5, new DeploymentRules { BusyTime = TimeSpan.Zero }, _time).IsDue(App));
    }

    private void Later(string container, TimeSpan used)
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        Read(container, used);
    }

    private void Read(string container, TimeSpan used) => _busy.Note(App, container, _used += used);
}
