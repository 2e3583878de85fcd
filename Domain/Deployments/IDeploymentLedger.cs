namespace CollabHub.Domain.Deployments;

/// <summary>A live deployment and what the tables say around it.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="SessionEnded">Whether its session is over or gone.</param>
/// <param name="WorkspaceClosed">Whether its workspace is archived or deleted.</param>
/// <param name="OwnerMayDeploy">Whether who deployed still may.</param>
/// <param name="ReplacedAt">When the deployment that took its place first answered.</param>
public sealed record LedgerEntry(Deployment Deployment, bool SessionEnded, bool WorkspaceClosed, bool OwnerMayDeploy, DateTimeOffset? ReplacedAt);

/// <summary>What the reconciler reads and writes; each call is a transaction of its own, and what it changed is told to everyone.</summary>
public interface IDeploymentLedger
{
    /// <summary>Everything that is not over, oldest first.</summary>
    Task<IReadOnlyList<LedgerEntry>> LiveAsync(CancellationToken ct);

    /// <summary>Writes the next state; null when the deployment is no longer what <paramref name="before"/> says.</summary>
    Task<Deployment?> MoveAsync(Deployment before, Deployment after, CancellationToken ct);

    /// <summary>Writes that an app answers, and in the same transaction that those of its session that ran before end as replaced.</summary>
    Task<Deployment?> TakeOverAsync(Deployment before, Deployment answering, CancellationToken ct);

    /// <summary>Writes the end of a deployment of which nothing is left, and its history; harmless when that is done.</summary>
    Task FinishAsync(Deployment stopping, CancellationToken ct);

    /// <summary>The files that it runs.</summary>
    Task<IReadOnlyList<SourceFile>> SourcesAsync(DeploymentId id, CancellationToken ct);

    /// <summary>The variables of its apps; <see cref="EngineRefusedException"/> when they cannot be read.</summary>
    Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>Keeps output; null leaves what is there.</summary>
    Task KeepOutputAsync(DeploymentId id, string? build, string? app, CancellationToken ct);

    /// <summary>What was kept.</summary>
    Task<KeptOutput> OutputAsync(DeploymentId id, CancellationToken ct);

    /// <summary>Forgets texts that no deployment needs any more.</summary>
    Task ForgetTextsAsync(CancellationToken ct);

    /// <summary>The name of this installation on the engine.</summary>
    Task<string> InstallationAsync(CancellationToken ct);
}

/// <summary>Which of several nodes carries deployments out.</summary>
public interface IDeploymentLeadership
{
    /// <summary>Whether it is this node, now; another one takes over when this one dies.</summary>
    ValueTask<bool> IsMineAsync(CancellationToken ct);
}

/// <summary>There is one node.</summary>
public sealed class SoleNode : IDeploymentLeadership
{
    /// <inheritdoc/>
    public ValueTask<bool> IsMineAsync(CancellationToken ct) => ValueTask.FromResult(true);
}
