using CollabHub.Deploy;

namespace CollabHub.Hubs.Deployments;

/// <summary>Runs the reconciler as long as the server runs. Apps go on when it stops: the next start finds them.</summary>
internal sealed class ReconcilerService(Reconciler reconciler) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => reconciler.RunAsync(stoppingToken);
}
