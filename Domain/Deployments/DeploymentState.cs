namespace CollabHub.Domain.Deployments;

/// <summary>The ways from one state to the next; nothing else changes a status.</summary>
/// <remarks><c>pending → building → starting → running</c>, from each of them to <c>stopping</c>, and from there to the end.</remarks>
public static class DeploymentState
{
    /// <summary>Whether a deployment may go from one status to another; staying is no way.</summary>
    public static bool Allows(DeploymentStatus from, DeploymentStatus to) => (from, to) switch
    {
        (DeploymentStatus.Pending, DeploymentStatus.Building) => true,
        (DeploymentStatus.Building, DeploymentStatus.Starting) => true,
        (DeploymentStatus.Starting, DeploymentStatus.Running) => true,
        (DeploymentStatus.Running, DeploymentStatus.Starting) => true,
        (DeploymentStatus.Pending or DeploymentStatus.Building or DeploymentStatus.Starting or DeploymentStatus.Running, DeploymentStatus.Stopping) => true,
        (DeploymentStatus.Stopping, DeploymentStatus.Stopped or DeploymentStatus.Failed) => true,
        _ => false,
    };

    /// <summary>The deployment one state further.</summary>
    public static Deployment To(this Deployment deployment, DeploymentStatus status)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return Allows(deployment.Status, status)
            ? deployment with { Status = status }
            : throw new InvalidOperationException($"A deployment does not go from {deployment.Status} to {status}.");
    }

    /// <summary>Files and build are ready; the next container is wanted.</summary>
    public static Deployment Restarting(this Deployment deployment, DateTimeOffset now, bool afterCrash)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return deployment.To(DeploymentStatus.Starting) with
        {
            Generation = deployment.Generation + 1, Restarts = deployment.Restarts + (afterCrash ? 1 : 0), Address = null, ContainerId = null, LastActive = now, IdleWarnedAt = null,
        };
    }

    /// <summary>It answers, at this address.</summary>
    public static Deployment Answering(this Deployment deployment, string containerId, string address, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return deployment.To(DeploymentStatus.Running) with
        {
            ContainerId = containerId, Address = address, StartedAt = deployment.StartedAt ?? now, LastActive = now, IdleWarnedAt = null,
        };
    }

    /// <summary>It shall end.</summary>
    public static Deployment Ending(this Deployment deployment, string reason, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return deployment.To(DeploymentStatus.Stopping) with { Reason = reason, Detail = detail };
    }

    /// <summary>Nothing of it is left on the engine.</summary>
    public static Deployment Over(this Deployment deployment, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        var reason = deployment.Reason ?? throw new InvalidOperationException("A deployment does not end without a reason.");
        return deployment.To(StopReasons.EndOf(reason)) with { StoppedAt = now, Address = null };
    }

    /// <summary>Whole minutes for which it ran.</summary>
    public static long RuntimeMinutes(this Deployment over)
    {
        ArgumentNullException.ThrowIfNull(over);
        return over is { StartedAt: { } start, StoppedAt: { } stop } && stop > start ? (long)(stop - start).TotalMinutes : 0;
    }
}
