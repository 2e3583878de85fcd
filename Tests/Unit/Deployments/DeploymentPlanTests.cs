using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Tests.Unit.Deployments;

public class DeploymentPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeploymentRules Rules = new() { MaxRestarts = 1 };

    [Theory]
    [InlineData(DeploymentStatus.Pending, DeploymentStep.Build)]
    [InlineData(DeploymentStatus.Building, DeploymentStep.Build)]
    [InlineData(DeploymentStatus.Starting, DeploymentStep.Start)]
    [InlineData(DeploymentStatus.Stopping, DeploymentStep.TearDown)]
    [InlineData(DeploymentStatus.Stopped, DeploymentStep.None)]
    [InlineData(DeploymentStatus.Failed, DeploymentStep.None)]
    public void Without_a_container_the_next_step_follows_from_the_status(DeploymentStatus status, DeploymentStep step) =>
        Assert.Equal(step, Next(A(status), null).Step);

    [Fact]
    public void A_running_row_without_a_container_has_lost_it()
    {
        var plan = Next(A(DeploymentStatus.Running), null);
        Assert.Equal((DeploymentStep.End, StopReasons.EngineLost), (plan.Step, plan.Reason));
    }

    [Theory]
    [InlineData(1, false, false, 1, StopReasons.Crashed)]
    [InlineData(137, true, false, 0, StopReasons.OomKilled)]
    [InlineData(137, false, true, 0, StopReasons.EngineLost)]
    [InlineData(1, false, true, 1, StopReasons.Crashed)]
    public void An_app_that_has_ended_ends_for_the_reason_that_its_exit_tells(int code, bool oom, bool engineWasAway, int restarts, string reason)
    {
        var plan = Next(A(DeploymentStatus.Running) with { Restarts = restarts }, Ended(code, oom), Around with { EngineWasAway = engineWasAway });
        Assert.Equal((DeploymentStep.End, reason), (plan.Step, plan.Reason));
    }

    [Fact]
    public void A_crash_is_answered_by_restarts_as_long_as_there_are_any()
    {
        Assert.Equal(DeploymentStep.Restart, Next(A(DeploymentStatus.Running), Ended(1)).Step);
        Assert.Equal(DeploymentStep.End, Next(A(DeploymentStatus.Running) with { Restarts = 1 }, Ended(1)).Step);
    }

    [Fact]
    public void An_app_that_never_answers_fails_to_start_and_one_that_stops_answering_is_unhealthy()
    {
        var starting = A(DeploymentStatus.Starting) with { StartedAt = null };
        Assert.Equal(DeploymentStep.Probe, Next(starting, Running(Now - TimeSpan.FromSeconds(59))).Step);
        Assert.Equal(StopReasons.StartFailed, Next(starting, Running(Now - TimeSpan.FromSeconds(60))).Reason);
        Assert.Equal(StopReasons.StartFailed, Next(starting, Ended(3)).Reason);
        Assert.Equal(StopReasons.Unhealthy, Next(A(DeploymentStatus.Running), Running(Now), Around with { UnansweredSince = Now - Rules.UnhealthyAfter }).Reason);
    }

    [Fact]
    public void An_app_that_burns_all_its_processor_time_ends_unless_none_shall()
    {
        var busy = Around with { BusySince = Now - Rules.BusyTime };
        var plan = Next(A(DeploymentStatus.Running), Running(Now), busy);
        Assert.Equal((DeploymentStep.End, StopReasons.Unhealthy), (plan.Step, plan.Reason));
        Assert.Equal(DeploymentStep.Probe, Next(A(DeploymentStatus.Running), Running(Now), busy with { BusySince = Now - Rules.BusyTime + TimeSpan.FromSeconds(1) }).Step);
        Assert.Equal(DeploymentStep.Probe, DeploymentPlan.Next(A(DeploymentStatus.Running), Running(Now), busy, Rules with { BusyTime = TimeSpan.Zero }).Step);
    }

    [Fact]
    public void A_container_of_an_older_generation_is_replaced() =>
        Assert.Equal(DeploymentStep.Start, Next(A(DeploymentStatus.Starting) with { Generation = 2 }, Running(Now)).Step);

    [Fact]
    public void What_nobody_uses_is_announced_once_and_then_stops()
    {
        var idle = A(DeploymentStatus.Running) with { LastActive = Now - Rules.IdleTimeout + Rules.IdleWarning };
        Assert.Equal(DeploymentStep.WarnIdle, Next(idle, Running(Now)).Step);
        Assert.Equal(DeploymentStep.Probe, Next(idle with { IdleWarnedAt = Now }, Running(Now)).Step);
        Assert.Equal(StopReasons.IdleTimeout, Next(idle with { LastActive = Now - Rules.IdleTimeout }, Running(Now)).Reason);
    }

    [Fact]
    public void The_end_of_what_it_stands_on_ends_it()
    {
        var app = A(DeploymentStatus.Running);
        Assert.Equal(StopReasons.SessionEnded, Next(app, Running(Now), Around with { SessionEnded = true }).Reason);
        Assert.Equal(StopReasons.WorkspaceArchived, Next(app, Running(Now), Around with { WorkspaceClosed = true }).Reason);
        Assert.Equal(StopReasons.PermissionRevoked, Next(app, Running(Now), Around with { OwnerMayDeploy = false }).Reason);
        Assert.Equal(StopReasons.MaxLifetime, Next(app with { StartedAt = Now - Rules.MaxLife }, Running(Now)).Reason);
    }

    [Fact]
    public void A_replaced_app_finishes_what_it_has_begun_before_it_goes()
    {
        var replaced = A(DeploymentStatus.Stopping) with { Reason = StopReasons.Replaced };
        Assert.Equal(DeploymentStep.None, Next(replaced, Running(Now), Around with { ReplacedAt = Now }).Step);
        Assert.Equal(DeploymentStep.TearDown, Next(replaced, Running(Now), Around with { ReplacedAt = Now - Rules.DrainTime }).Step);
        Assert.Equal(DeploymentStep.TearDown, Next(replaced with { Reason = StopReasons.User }, Running(Now), Around with { ReplacedAt = Now }).Step);
        // While it answers it goes on, but not for ever.
        var answering = Around with { ReplacedAt = Now - Rules.DrainTime, IsAnswering = true };
        Assert.Equal(DeploymentStep.None, Next(replaced, Running(Now), answering).Step);
        Assert.Equal(DeploymentStep.TearDown, Next(replaced, Running(Now), answering with { ReplacedAt = Now - Rules.DrainTime - Rules.LongestAnswer }).Step);
    }

    [Fact]
    public void What_belongs_to_no_live_deployment_is_an_orphan()
    {
        var live = A(DeploymentStatus.Running);
        var other = new DeploymentId(Guid.NewGuid());
        Assert.Equal([other], DeploymentPlan.Orphans([live], [Running(Now) with { Deployment = live.Id }, Running(Now) with { Deployment = other }]));
    }

    [Fact]
    public void Only_the_declared_ways_lead_from_one_status_to_the_next()
    {
        var all = Enum.GetValues<DeploymentStatus>();
        var ways = all.SelectMany(from => all.Where(to => DeploymentState.Allows(from, to)).Select(to => $"{from.ToName()} {to.ToName()}"));
        Assert.Equal(
            [
                "pending building", "pending stopping", "building starting", "building stopping", "starting running", "starting stopping", "running starting", "running stopping",
                "stopping stopped", "stopping failed",
            ],
            ways);
        Assert.Throws<InvalidOperationException>(() => A(DeploymentStatus.Stopped).To(DeploymentStatus.Running));
    }

    private static DeploymentSurroundings Around { get; } = new(Now, false, false, true, false, null, null);

    private static DeploymentPlan Next(Deployment deployment, ActualApp? actual, DeploymentSurroundings? around = null) => DeploymentPlan.Next(deployment, actual, around ?? Around, Rules);

    private static Deployment A(DeploymentStatus status) => new()
    {
        Id = new DeploymentId(Guid.NewGuid()), Session = new SessionId(Guid.NewGuid()), Workspace = new WorkspaceId(Guid.NewGuid()), Owner = new UserId(Guid.NewGuid()),
        Url = "http://x/", Runtime = "python", Port = 8000, Status = status, Address = "10.201.0.2", CreatedAt = Now, StartedAt = Now, LastActive = Now,
    };

    private static ActualApp Running(DateTimeOffset since) => new(default, 1, "c", AppState.Running, "10.201.0.2", null, since);

    private static ActualApp Ended(int code, bool oom = false) => new(default, 1, "c", AppState.Exited, null, new ContainerExit(code, oom, null), Now);
}
