using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Deployments;

/// <summary>Stops and restarts apps, and decides who may open them. The row says what is wanted; the reconciler does it.</summary>
public sealed class OperatingDeployments(
    DeploymentGuard guard, IDeploymentStore deployments, IContainerRuntime engine, IDeploymentSignal signal, Changes changes)
{
    /// <summary>Stops the app; harmless when it stops already. Also while the engine does not answer: it stops as soon as that does.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="id">The deployment.</param>
    /// <param name="note">Why, for the others; plain text or null.</param>
    /// <param name="ct">Gives up.</param>
    public Task<Result<Deployment>> StopAsync(Call call, DeploymentId id, string? note, CancellationToken ct) => ChangeAsync(
        call, id, Permission.DeploymentOperate, "deployment.stop",
        before => before.Status switch
        {
            DeploymentStatus.Stopping => before,
            DeploymentStatus.Stopped or DeploymentStatus.Failed => DeploymentErrors.Ended,
            _ => before.Ending(StopReasons.User, note),
        },
        ct);

    /// <summary>Starts the app anew on the same files.</summary>
    public async Task<Result<Deployment>> RestartAsync(Call call, DeploymentId id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        var allowed = await guard.RequireAsync(call.Actor, id, Permission.DeploymentOperate, ct);
        if (allowed.Error is { } refused) return refused;
        if ((await engine.CheckAsync(ct)).Error is { } absent) return absent;
        return await ChangeAsync(
            call, id, Permission.DeploymentOperate, "deployment.restart",
            before => before.Status switch
            {
                DeploymentStatus.Running => before.Restarting(changes.Now, afterCrash: false),
                DeploymentStatus.Pending or DeploymentStatus.Building or DeploymentStatus.Starting => DeploymentErrors.NotRunning,
                _ => DeploymentErrors.Ended,
            },
            ct);
    }

    /// <summary>Decides who may open the app.</summary>
    public Task<Result<Deployment>> ShowToAsync(Call call, DeploymentId id, AppVisibility visibility, CancellationToken ct) => ChangeAsync(
        call, id, Permission.DeploymentManage, "deployment.update", before => before with { Visibility = visibility }, ct);

    private async Task<Result<Deployment>> ChangeAsync(
        Call call, DeploymentId id, Permission permission, string action, Func<Deployment, Result<Deployment>> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        var changed = await changes.RunAsync<Deployment>(
            async token =>
            {
                var access = await guard.RequireAsync(call.Actor, id, permission, token);
                if (!access.TryGet(out var granted, out var refused)) return refused;
                var before = granted.Deployment;
                if (!change(before).TryGet(out var after, out refused)) return refused;
                if (after == before) return before;
                if (!await deployments.MoveAsync(before, after, token)) return DeploymentErrors.NotRunning;
                var fields = new FieldChanges()
                    .Add("status", before.Status.ToName(), after.Status.ToName()).Add("reason", before.Reason, after.Reason)
                    .Add("visibility", before.Visibility.ToName(), after.Visibility.ToName()).Add("generation", before.Generation, after.Generation);
                await changes.AuditAsync(call, before.Workspace, action, "deployment", id.ToString(), fields, token);
                changes.Publish(new DeploymentChanged(before.Session, id));
                return after;
            },
            ct);
        if (changed.Error is null) signal.Poke();
        return changed;
    }
}
