using System.Globalization;

namespace CollabHub.Domain.Deployments;

/// <summary>What is to be done next for one deployment.</summary>
public enum DeploymentStep
{
    /// <summary>Nothing: all is as it should be, or there is something to wait for.</summary>
    None,
    /// <summary>Copy the files in and run the build command.</summary>
    Build,
    /// <summary>Make and start the app's container.</summary>
    Start,
    /// <summary>Ask the app whether it answers.</summary>
    Probe,
    /// <summary>Start the next container after a crash.</summary>
    Restart,
    /// <summary>Announce the coming idle stop.</summary>
    WarnIdle,
    /// <summary>End it for <see cref="DeploymentPlan.Reason"/>.</summary>
    End,
    /// <summary>Remove what is left of it and write its history.</summary>
    TearDown,
}

/// <summary>What else is known of a deployment beside its row and its container.</summary>
/// <param name="Now">The time.</param>
/// <param name="SessionEnded">Whether its session is over or gone.</param>
/// <param name="WorkspaceClosed">Whether its workspace is archived or deleted.</param>
/// <param name="OwnerMayDeploy">Whether who deployed still may.</param>
/// <param name="EngineWasAway">Whether the engine did not answer since the last look, or this is the first one.</param>
/// <param name="UnansweredSince">When the running app began not to answer probes; null while it does.</param>
/// <param name="ReplacedAt">When a newer deployment took over; null while none has.</param>
/// <param name="BusySince">Since when the running app uses nearly all the processor time that it may, without a pause; null while it does not.</param>
/// <param name="IsAnswering">Whether it is answering a request at this moment, as far as this node knows.</param>
public sealed record DeploymentSurroundings(
    DateTimeOffset Now, bool SessionEnded, bool WorkspaceClosed, bool OwnerMayDeploy, bool EngineWasAway, DateTimeOffset? UnansweredSince, DateTimeOffset? ReplacedAt,
    DateTimeOffset? BusySince = null, bool IsAnswering = false);

/// <summary>The difference between what a row wants and what the engine has, as the next step. Pure: the same question, the same answer.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Reason">With <see cref="DeploymentStep.End"/>: one of <see cref="StopReasons"/>.</param>
/// <param name="Detail">With <see cref="DeploymentStep.End"/>: the reason in a sentence.</param>
public sealed record DeploymentPlan(DeploymentStep Step, string? Reason = null, string? Detail = null)
{
    // What processes leave behind when the engine goes away under them: no code of their own, or the signal that it sent.
    private static readonly int[] CodesOfALostEngine = [0, 128, 137, 143, 255];

    private static readonly DeploymentPlan Nothing = new(DeploymentStep.None);

    /// <summary>The next step.</summary>
    public static DeploymentPlan Next(Deployment deployment, ActualApp? actual, DeploymentSurroundings around, DeploymentRules rules)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(around);
        ArgumentNullException.ThrowIfNull(rules);
        if (!deployment.IsLive) return Nothing;
        if (deployment.Status == DeploymentStatus.Stopping) return IsDraining(deployment, actual, around, rules) ? Nothing : new DeploymentPlan(DeploymentStep.TearDown);
        if (Unwanted(deployment, around, rules) is { } reason) return new DeploymentPlan(DeploymentStep.End, reason);
        return deployment.Status switch
        {
            DeploymentStatus.Pending or DeploymentStatus.Building => new DeploymentPlan(DeploymentStep.Build),
            DeploymentStatus.Starting => Starting(deployment, actual, around, rules),
            _ => Running(deployment, actual, around, rules),
        };
    }

    /// <summary>What is on the engine and belongs to no deployment that is live.</summary>
    public static IReadOnlyList<DeploymentId> Orphans(IEnumerable<Deployment> live, IEnumerable<ActualApp> actual)
    {
        var known = live.Select(deployment => deployment.Id).ToHashSet();
        return [.. actual.Select(app => app.Deployment).Where(id => !known.Contains(id)).Distinct()];
    }

    private static bool IsDraining(Deployment deployment, ActualApp? actual, DeploymentSurroundings around, DeploymentRules rules) =>
        deployment is { Reason: StopReasons.Replaced, Address: not null } && actual?.State == AppState.Running
        && around.ReplacedAt is { } at && around.Now - at < rules.DrainTime + (around.IsAnswering ? rules.LongestAnswer : TimeSpan.Zero);

    private static string? Unwanted(Deployment deployment, DeploymentSurroundings around, DeploymentRules rules)
    {
        if (around.WorkspaceClosed) return StopReasons.WorkspaceArchived;
        if (around.SessionEnded) return StopReasons.SessionEnded;
        if (!around.OwnerMayDeploy) return StopReasons.PermissionRevoked;
        if (deployment.StartedAt is { } started && around.Now - started >= rules.MaxLife) return StopReasons.MaxLifetime;
        if (deployment.Status == DeploymentStatus.Running && around.Now - deployment.LastActive >= rules.IdleTimeout) return StopReasons.IdleTimeout;
        return null;
    }

    private static DeploymentPlan Starting(Deployment deployment, ActualApp? actual, DeploymentSurroundings around, DeploymentRules rules)
    {
        if (actual is null || actual.Generation != deployment.Generation || actual.State is AppState.None or AppState.Created)
        {
            return new DeploymentPlan(DeploymentStep.Start);
        }
        if (actual is { State: AppState.Exited, Exit: { } exit })
        {
            if (exit.OutOfMemory) return OutOfMemory;
            if (around.EngineWasAway && CodesOfALostEngine.Contains(exit.Code)) return new DeploymentPlan(DeploymentStep.Restart);
            if (deployment.StartedAt is not null) return Crashed(deployment, exit, rules);
            return new DeploymentPlan(DeploymentStep.End, StopReasons.StartFailed, $"{Ended(exit)} before it listened on port {Text(deployment.Port)}.");
        }
        if (actual.StartedAt is { } since && around.Now - since >= rules.StartTimeout)
        {
            return new DeploymentPlan(
                DeploymentStep.End, StopReasons.StartFailed, $"Nothing answered on port {Text(deployment.Port)} within {Text((int)rules.StartTimeout.TotalSeconds)} s.");
        }
        return new DeploymentPlan(DeploymentStep.Probe);
    }

    private static DeploymentPlan Running(Deployment deployment, ActualApp? actual, DeploymentSurroundings around, DeploymentRules rules)
    {
        if (actual is null || actual.State is AppState.None or AppState.Created)
        {
            return new DeploymentPlan(DeploymentStep.End, StopReasons.EngineLost, "The container is gone from the engine.");
        }
        if (actual is { State: AppState.Exited, Exit: { } exit })
        {
            if (exit.OutOfMemory) return OutOfMemory;
            if (around.EngineWasAway && CodesOfALostEngine.Contains(exit.Code)) return new DeploymentPlan(DeploymentStep.End, StopReasons.EngineLost, "The container engine stopped, and the app with it.");
            return Crashed(deployment, exit, rules);
        }
        if (around.UnansweredSince is { } since && around.Now - since >= rules.UnhealthyAfter)
        {
            return new DeploymentPlan(
                DeploymentStep.End, StopReasons.Unhealthy, $"The app has not answered on port {Text(deployment.Port)} for {Text((int)rules.UnhealthyAfter.TotalSeconds)} s.");
        }
        if (rules.BusyTime > TimeSpan.Zero && around.BusySince is { } busy && around.Now - busy >= rules.BusyTime)
        {
            return new DeploymentPlan(
                DeploymentStep.End, StopReasons.Unhealthy,
                $"The app used {Text(rules.BusyPercent)} % or more of the processor time that it may for {Text((int)rules.BusyTime.TotalSeconds)} s.");
        }
        if (deployment.IdleWarnedAt is null && around.Now - deployment.LastActive >= rules.IdleTimeout - rules.IdleWarning) return new DeploymentPlan(DeploymentStep.WarnIdle);
        return new DeploymentPlan(DeploymentStep.Probe);
    }

    private static DeploymentPlan OutOfMemory { get; } = new(DeploymentStep.End, StopReasons.OomKilled, "The app needed more memory than it may use.");

    private static DeploymentPlan Crashed(Deployment deployment, ContainerExit exit, DeploymentRules rules)
    {
        if (deployment.Restarts < rules.MaxRestarts) return new DeploymentPlan(DeploymentStep.Restart);
        var times = deployment.Restarts > 0 ? $" after {Text(deployment.Restarts)} restarts" : "";
        return new DeploymentPlan(DeploymentStep.End, StopReasons.Crashed, $"{Ended(exit)}{times}.");
    }

    private static string Ended(ContainerExit exit) => exit switch
    {
        { Error: { Length: > 0 } error } => $"The app could not be started ({error})",
        { Code: > 128 } => $"The app was killed by signal {Text(exit.Code - 128)}",
        _ => $"The app exited with code {Text(exit.Code)}",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
