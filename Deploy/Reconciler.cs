using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Deploy;

/// <summary>What the reconciler meets on its way that an operator should know: ids and reasons, never output or values.</summary>
public interface IReconcilerObserver
{
    /// <summary>The engine does not answer; told once until it does.</summary>
    void EngineAway(Exception exception);

    /// <summary>It answers again.</summary>
    void EngineBack();

    /// <summary>A step failed for a reason that nobody foresaw; it is tried again.</summary>
    void StepFailed(DeploymentId deployment, DeploymentStep step, Exception exception);

    /// <summary>A look at everything failed; it is tried again.</summary>
    void PassFailed(Exception exception);

    /// <summary>Something on the engine belonged to no live deployment and was removed.</summary>
    void OrphanRemoved(DeploymentId deployment);

    /// <summary>A deployment ends.</summary>
    void Ending(DeploymentId deployment, string reason);
}

/// <summary>How the reconciler paces itself.</summary>
public sealed record ReconcilerOptions
{
    /// <summary>The longest time between two looks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time between two looks while something is about to happen.</summary>
    public TimeSpan Eager { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Steps that run at the same time.</summary>
    public int Workers { get; init; } = 4;
}

/// <summary>
/// Makes the engine agree with the rows and the rows with the engine: on start, on events of the engine, when poked, and every few seconds.
/// Each look compares everything and starts the next step of what differs; a step may be repeated after any crash.
/// </summary>
public sealed class Reconciler(
    IDeploymentLedger ledger, IContainerRuntime engine, IDeploymentLeadership leadership, DeploymentSteps steps, IAppTraffic traffic, DeploymentRules rules,
    ReconcilerOptions options, IReconcilerObserver observer, TimeProvider time) : IDeploymentSignal, IDisposable
{
    private readonly Channel<bool> _pokes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<DeploymentId, Work> _busy = [];
    private readonly SemaphoreSlim _workers = new(options.Workers);
    private bool _engineWasAway = true;
    private bool _toldAway;

    private sealed record Work(Task Task, DeploymentStep Step, CancellationTokenSource Stop);

    /// <inheritdoc/>
    public void Poke() => _pokes.Writer.TryWrite(true);

    /// <summary>Looks and works until cancelled; then lets go of what it is doing, which the next start takes up again.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var events = ListenAsync(ct);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                var wait = await leadership.IsMineAsync(ct) ? await LookAsync(ct) : options.Interval;
                await WaitAsync(wait, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping.
        }
        finally
        {
            foreach (var work in _busy.Values) await work.Stop.CancelAsync();
            await Task.WhenAll(_busy.Values.Select(work => work.Task));
            await events;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _workers.Dispose();

    private async Task<TimeSpan> LookAsync(CancellationToken ct)
    {
        try
        {
            Reap();
            var before = _busy.Keys.ToHashSet();
            // The engine first: a row that is new since then is no orphan.
            var actual = await engine.ListAsync(ct);
            if (_toldAway) observer.EngineBack();
            _toldAway = false;
            var live = await ledger.LiveAsync(ct);
            var soon = false;
            foreach (var entry in live)
            {
                if (before.Contains(entry.Deployment.Id)) Interrupt(entry.Deployment);
                else soon |= Begin(entry, actual.FirstOrDefault(app => app.Deployment == entry.Deployment.Id), ct);
            }
            foreach (var orphan in DeploymentPlan.Orphans(live.Select(entry => entry.Deployment), actual).Where(id => !before.Contains(id))) Remove(orphan, ct);
            steps.Forget(live.Select(entry => entry.Deployment.Id));
            _engineWasAway = false;
            return soon ? options.Eager : options.Interval;
        }
        catch (EngineUnavailableException exception)
        {
            OnAway(exception);
            return options.Interval;
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            observer.PassFailed(exception);
            return options.Interval;
        }
    }

    /// <summary>Starts the next step; answers whether to look again soon.</summary>
    private bool Begin(LedgerEntry entry, ActualApp? actual, CancellationToken ct)
    {
        var deployment = entry.Deployment;
        var around = new DeploymentSurroundings(
            time.GetUtcNow(), entry.SessionEnded, entry.WorkspaceClosed, entry.OwnerMayDeploy, _engineWasAway, steps.UnansweredSince(deployment.Id), entry.ReplacedAt,
            steps.BusySince(deployment.Id), traffic.IsAnswering(deployment.Id));
        var plan = DeploymentPlan.Next(deployment, actual, around, rules);
        if (plan.Step == DeploymentStep.None) return deployment.Status == DeploymentStatus.Stopping;
        if (plan.Step == DeploymentStep.End) observer.Ending(deployment.Id, plan.Reason!);
        Start(deployment.Id, plan.Step, token => steps.DoAsync(deployment, actual, plan, token), ct);
        return deployment.Status != DeploymentStatus.Running;
    }

    private void Remove(DeploymentId orphan, CancellationToken ct) => Start(
        orphan, DeploymentStep.TearDown,
        async token =>
        {
            await engine.RemoveAsync(orphan, token);
            observer.OrphanRemoved(orphan);
        },
        ct);

    private void Start(DeploymentId id, DeploymentStep step, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _busy[id] = new Work(Task.Run(() => WorkAsync(id, step, work, stop.Token), CancellationToken.None), step, stop);
    }

    private async Task WorkAsync(DeploymentId id, DeploymentStep step, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            // Ending something never waits behind what is being built.
            var queued = step is DeploymentStep.Build or DeploymentStep.Start;
            if (queued) await _workers.WaitAsync(ct);
            try
            {
                await work(ct);
            }
            finally
            {
                if (queued) _workers.Release();
            }
            // A probe that changes nothing must not lead to the next one.
            if (step != DeploymentStep.Probe) Poke();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Interrupted; the next look decides what comes instead.
            Poke();
        }
        catch (EngineUnavailableException exception)
        {
            OnAway(exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            observer.StepFailed(id, step, exception);
        }
    }

    /// <summary>A step that is no longer wanted is given up; ending goes on.</summary>
    private void Interrupt(Deployment deployment)
    {
        if (deployment.Status == DeploymentStatus.Stopping && _busy[deployment.Id] is { Step: not DeploymentStep.TearDown } work) work.Stop.Cancel();
    }

    private void Reap()
    {
        foreach (var (id, work) in _busy.Where(pair => pair.Value.Task.IsCompleted).ToList())
        {
            work.Stop.Dispose();
            _busy.Remove(id);
        }
    }

    private void OnAway(EngineUnavailableException exception)
    {
        _engineWasAway = true;
        if (!_toldAway) observer.EngineAway(exception);
        _toldAway = true;
    }

    private async Task WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        using var enough = new CancellationTokenSource(longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
        try
        {
            await _pokes.Reader.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nobody poked.
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in engine.EventsAsync(ct)) Poke();
            }
            catch (EngineUnavailableException)
            {
                // The looks notice it too, and say so.
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                observer.PassFailed(exception);
            }
            Poke();
            await Task.Delay(options.Interval, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
