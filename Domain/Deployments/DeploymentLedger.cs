using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Deployments;

/// <summary>The ledger on the tables, for one call.</summary>
public sealed class DeploymentLedger(
    IDeploymentStore deployments, IAccessStore access, IDeploymentEnvironment environment, Changes changes) : IDeploymentLedger
{
    // The server itself: nobody's call.
    private static readonly Call Nobody = new(Actor.Anonymous, new CallOrigin(null, null));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LedgerEntry>> LiveAsync(CancellationToken ct)
    {
        var entries = new List<LedgerEntry>();
        foreach (var deployment in await deployments.LiveAsync(null, ct)) entries.Add(await AroundAsync(deployment, ct));
        return entries;
    }

    private async Task<LedgerEntry> AroundAsync(Deployment deployment, CancellationToken ct)
    {
        var session = await access.ForSessionAsync(deployment.Owner, deployment.Session, ct);
        var workspace = await access.ForWorkspaceAsync(deployment.Owner, deployment.Workspace, ct);
        var successor = deployment.ReplacedBy is { } by ? await deployments.FindAsync(by, ct) : null;
        return new LedgerEntry(
            deployment, SessionEnded: session?.IsEnded == true, WorkspaceClosed: workspace is null or { IsArchived: true },
            OwnerMayDeploy: session is { } granted && AccessPolicy.Allows(granted.Effective, Permission.Deploy), successor?.StartedAt);
    }

    /// <inheritdoc/>
    public Task<Deployment?> MoveAsync(Deployment before, Deployment after, CancellationToken ct) => WriteAsync(token => MoveOneAsync(before, after, token), ct);

    /// <inheritdoc/>
    public Task<Deployment?> TakeOverAsync(Deployment before, Deployment answering, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(answering);
        return WriteAsync(
            async token =>
            {
                var moved = await MoveOneAsync(before, answering, token);
                if (moved.Error is not null) return moved;
                var older = (await deployments.LiveAsync(answering.Session, token)).Where(one => one.Id != answering.Id && one.IsWanted && IsBefore(one, answering));
                foreach (var one in older)
                {
                    var replaced = await MoveOneAsync(one, one.Ending(StopReasons.Replaced) with { ReplacedBy = answering.Id }, token);
                    if (replaced.Error is not null) return replaced;
                }
                return moved;
            },
            ct);
    }

    /// <inheritdoc/>
    public Task FinishAsync(Deployment stopping, CancellationToken ct) => WriteAsync(
        async token =>
        {
            var over = stopping.Over(changes.Now);
            var moved = await MoveOneAsync(stopping, over, token);
            if (moved.Error is not null) return moved;
            await deployments.AddPastAsync(new PastDeployment(changes.NewId(), over, over.RuntimeMinutes()), token);
            var fields = new FieldChanges().Set("status", over.Status.ToName()).Set("reason", over.Reason);
            await changes.AuditAsync(Nobody, over.Workspace, "deployment.end", "deployment", over.Id.ToString(), fields, token);
            return moved;
        },
        ct);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SourceFile>> SourcesAsync(DeploymentId id, CancellationToken ct) =>
        [.. (await deployments.TextsAsync(id, ct)).Select(file => new SourceFile(file.Pinned.Path, file.Utf8))];

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(WorkspaceId workspace, CancellationToken ct)
    {
        var read = await environment.ForAsync(workspace, ct);
        if (!read.TryGet(out var variables, out var error)) throw new EngineRefusedException($"The workspace's environment cannot be read: {error.Message}");
        return variables
            .Where(variable => EnvironmentRules.Allows(variable.Key, variable.Value))
            .Take(EnvironmentRules.MaxVariables)
            .ToDictionary(variable => variable.Key, variable => variable.Value);
    }

    /// <inheritdoc/>
    public Task KeepOutputAsync(DeploymentId id, string? build, string? app, CancellationToken ct) => deployments.KeepOutputAsync(id, build, app, ct);

    /// <inheritdoc/>
    public Task<KeptOutput> OutputAsync(DeploymentId id, CancellationToken ct) => deployments.OutputAsync(id, ct);

    /// <inheritdoc/>
    public Task ForgetTextsAsync(CancellationToken ct) => deployments.ForgetTextsAsync(ct);

    /// <inheritdoc/>
    public Task<string> InstallationAsync(CancellationToken ct) => deployments.InstallationAsync(changes.NewId().ToString("N"), ct);

    private static bool IsBefore(Deployment one, Deployment other) =>
        (one.CreatedAt, one.Id.Value).CompareTo((other.CreatedAt, other.Id.Value)) < 0;

    private async Task<Deployment?> WriteAsync(Func<CancellationToken, Task<Result<Deployment>>> work, CancellationToken ct) =>
        (await changes.RunAsync(work, ct)).TryGet(out var written, out _) ? written : null;

    private async Task<Result<Deployment>> MoveOneAsync(Deployment before, Deployment after, CancellationToken ct)
    {
        if (!await deployments.MoveAsync(before, after, ct)) return DeploymentErrors.NotRunning;
        changes.Publish(new DeploymentChanged(after.Session, after.Id));
        return after;
    }
}
