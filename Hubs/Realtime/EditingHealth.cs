using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CollabHub.Hubs.Realtime;

/// <summary>Red from the moment this node drains, so that a balancer sends nobody more.</summary>
internal sealed class EditingHealth(Draining draining) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        draining.HasBegun ? HealthCheckResult.Unhealthy("The server is stopping.") : HealthCheckResult.Healthy());
}
