using CollabHub.Domain.Operations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CollabHub.Hubs.Cluster;

/// <summary>Degraded, not unhealthy, while the other nodes cannot be heard: this node serves on, and nodes taken out of the balancer all at once would serve nobody.</summary>
internal sealed class RedisHealth(INodeRegistry nodes) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        nodes.IsPartial ? HealthCheckResult.Degraded("Redis does not answer: other nodes follow by the log, presence is partial.") : HealthCheckResult.Healthy());
}
