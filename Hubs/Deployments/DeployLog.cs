using CollabHub.Deploy;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Hubs.Deployments;

/// <summary>What deployments meet on their way, in the log: ids and reasons, never what apps write or are given.</summary>
internal sealed partial class DeployLog(ILogger<DeployLog> logger) : IDockerObserver, IReconcilerObserver
{
    public void NotIsolated(string problem, bool refused)
    {
        if (refused) LogRefused(problem);
        else LogWarned(problem);
    }

    public void WeakEngine(IReadOnlyList<string> concerns) => LogWeak(string.Join("; ", concerns));

    public void EngineAway(Exception exception) => LogAway(exception.GetBaseException().Message);

    [LoggerMessage(4, LogLevel.Information, "The container engine answers again.", EventName = "EngineBack")]
    public partial void EngineBack();

    public void StepFailed(DeploymentId deployment, DeploymentStep step, Exception exception) => LogStep(exception, step, deployment);

    public void PassFailed(Exception exception) => LogPass(exception);

    [LoggerMessage(7, LogLevel.Information, "Removed what the engine still had of deployment {Deployment}.", EventName = "OrphanRemoved")]
    public partial void OrphanRemoved(DeploymentId deployment);

    [LoggerMessage(8, LogLevel.Information, "Deployment {Deployment} ends: {Reason}.", EventName = "Ending")]
    public partial void Ending(DeploymentId deployment, string reason);

    [LoggerMessage(1, LogLevel.Error, "Apps cannot be kept away from the host ({Problem}), so none is started. See Deploy:HostFirewall.", EventName = "NotIsolated")]
    private partial void LogRefused(string problem);

    [LoggerMessage(2, LogLevel.Warning, "Apps are not kept away from the host ({Problem}): they reach what listens on it. See Deploy:HostFirewall.", EventName = "NotIsolatedButStarted")]
    private partial void LogWarned(string problem);

    [LoggerMessage(9, LogLevel.Warning, "Apps may break out of this container engine: {Concerns}. See Deployments in docs/operations.md.", EventName = "WeakEngine")]
    private partial void LogWeak(string concerns);

    [LoggerMessage(3, LogLevel.Warning, "No container engine answers ({Problem}); deploying waits for one, everything else works. See Deploy:DockerEndpoint.", EventName = "EngineAway")]
    private partial void LogAway(string problem);

    [LoggerMessage(5, LogLevel.Error, "Step {Step} of deployment {Deployment} failed and is tried again.", EventName = "StepFailed")]
    private partial void LogStep(Exception exception, DeploymentStep step, DeploymentId deployment);

    [LoggerMessage(6, LogLevel.Error, "Deployments could not be looked at; tried again.", EventName = "PassFailed")]
    private partial void LogPass(Exception exception);
}
