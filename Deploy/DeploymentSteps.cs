using System.Collections.Concurrent;
using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Deploy;

/// <summary>Carries out one step of a plan. Every step ends with a row that says where the deployment stands, and may be done twice.</summary>
public sealed class DeploymentSteps(
    IDeploymentLedger ledger, IContainerRuntime engine, IAppProbe probe, OutputKeeper output, BusyApps busy, AppRuntimes runtimes, DeploymentRules rules, TimeProvider time)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<DeploymentId, DateTimeOffset> _unanswered = [];

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Since when a running app does not answer; null while it does.</summary>
    public DateTimeOffset? UnansweredSince(DeploymentId id) => _unanswered.TryGetValue(id, out var since) ? since : null;

    /// <summary>Since when a running app burns all its processor time; null while it does not.</summary>
    public DateTimeOffset? BusySince(DeploymentId id) => busy.Since(id);

    /// <summary>Forgets what is known of deployments that are not live.</summary>
    public void Forget(IEnumerable<DeploymentId> live)
    {
        var kept = live.ToHashSet();
        foreach (var id in _unanswered.Keys.Where(id => !kept.Contains(id))) _unanswered.TryRemove(id, out _);
        busy.Keep(kept);
    }

    /// <summary>Does what the plan says.</summary>
    public Task DoAsync(Deployment deployment, ActualApp? actual, DeploymentPlan plan, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Step switch
        {
            DeploymentStep.Build => BuildAsync(deployment, ct),
            DeploymentStep.Start => StartAsync(deployment, ct),
            DeploymentStep.Probe => ProbeAsync(deployment, actual!, ct),
            DeploymentStep.Restart => RestartAsync(deployment, ct),
            DeploymentStep.WarnIdle => ledger.MoveAsync(deployment, deployment with { IdleWarnedAt = Now }, ct),
            DeploymentStep.End => ledger.MoveAsync(deployment, deployment.Ending(plan.Reason!, plan.Detail), ct),
            DeploymentStep.TearDown => TearDownAsync(deployment, ct),
            _ => Task.CompletedTask,
        };
    }

    private async Task BuildAsync(Deployment deployment, CancellationToken ct)
    {
        var building = deployment.Status == DeploymentStatus.Building ? deployment : await ledger.MoveAsync(deployment, deployment.To(DeploymentStatus.Building), ct);
        if (building is null) return;
        var failure = await output.WatchBuildAsync(building.Id, write => BuildAsync(building, write, ct), ct);
        await ledger.MoveAsync(building, failure is null ? building.To(DeploymentStatus.Starting) : building.Ending(StopReasons.BuildFailed, failure), ct);
    }

    /// <summary>Null when the files are ready, else why they are not.</summary>
    private async Task<string?> BuildAsync(Deployment building, Action<string> write, CancellationToken ct)
    {
        if (runtimes.Named(building.Runtime) is not { } runtime) return $"The runtime {building.Runtime} is no longer configured.";
        var spec = new AppSpec(building.Id, building.Generation, runtime);
        var files = await ledger.SourcesAsync(building.Id, ct);
        write(string.Create(CultureInfo.InvariantCulture, $"Copying {files.Count} files, {files.Sum(file => (long)file.Content.Length)} bytes, into {runtime.Image}"));
        using var limit = new CancellationTokenSource(rules.BuildTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await engine.PrepareAsync(spec, files, both.Token);
            if (runtime.Build.Count == 0) return null;
            write("> " + string.Join(' ', runtime.Build));
            var exit = await engine.BuildAsync(spec, await ledger.EnvironmentAsync(building.Workspace, ct), line => write(line.Text), both.Token);
            if (exit is { Code: 0, Error: null or "" }) return null;
            return exit.OutOfMemory ? "The build needed more memory than it may use." : string.Create(CultureInfo.InvariantCulture, $"The build command exited with code {exit.Code}.");
        }
        catch (EngineRefusedException refused)
        {
            write(refused.Message);
            return refused.Message;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The build took longer than {rules.BuildTimeout.TotalSeconds} s.");
        }
    }

    private async Task StartAsync(Deployment deployment, CancellationToken ct)
    {
        if (runtimes.Named(deployment.Runtime) is not { } runtime)
        {
            await ledger.MoveAsync(deployment, deployment.Ending(StopReasons.StartFailed, $"The runtime {deployment.Runtime} is no longer configured."), ct);
            return;
        }
        try
        {
            // The container of an earlier generation goes, and its output with it.
            if (deployment.Generation > 1) await output.KeepAppAsync(deployment.Id, ct);
            await engine.StartAsync(new AppSpec(deployment.Id, deployment.Generation, runtime), await ledger.EnvironmentAsync(deployment.Workspace, ct), ct);
        }
        catch (EngineRefusedException refused)
        {
            await ledger.MoveAsync(deployment, deployment.Ending(StopReasons.StartFailed, refused.Message), ct);
        }
    }

    private async Task ProbeAsync(Deployment deployment, ActualApp actual, CancellationToken ct)
    {
        if (actual is not { Address: { } address, ContainerId: { } container }) return;
        if (deployment.Status == DeploymentStatus.Starting)
        {
            if (!await probe.AnswersAsync(deployment.Id, address, deployment.Port, ct)) return;
            await ledger.TakeOverAsync(deployment, deployment.Answering(container, address, Now), ct);
            return;
        }
        if (await probe.ListensAsync(deployment.Id, address, deployment.Port, ct)) _unanswered.TryRemove(deployment.Id, out _);
        else _unanswered.TryAdd(deployment.Id, Now);
        if (busy.IsDue(deployment.Id) && await engine.UsedAsync(container, ct) is { } used) busy.Note(deployment.Id, container, used);
        // The engine may have given it another address while nobody looked.
        if (deployment.Address != address) await ledger.MoveAsync(deployment, deployment with { Address = address, ContainerId = container }, ct);
    }

    private async Task RestartAsync(Deployment deployment, CancellationToken ct)
    {
        await Task.Delay(FirstBackoff * Math.Pow(2, deployment.Restarts), time, ct);
        var restarting = deployment.Status == DeploymentStatus.Running
            ? deployment.Restarting(Now, afterCrash: true)
            : deployment with { Generation = deployment.Generation + 1, Restarts = deployment.Restarts + 1 };
        await ledger.MoveAsync(deployment, restarting, ct);
    }

    private async Task TearDownAsync(Deployment deployment, CancellationToken ct)
    {
        await engine.StopAsync(deployment.Id, rules.StopGrace, ct);
        await output.KeepAppAsync(deployment.Id, ct);
        await engine.RemoveAsync(deployment.Id, ct);
        await ledger.FinishAsync(deployment, ct);
        await ledger.ForgetTextsAsync(ct);
    }
}
