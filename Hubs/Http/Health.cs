using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CollabHub.Hubs.Http;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it can do its work, each dependency by name.</summary>
public static class Health
{
    /// <summary>Registers the checks; a feature with a dependency adds its own to <c>AddHealthChecks()</c>.</summary>
    public static void AddHealth(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
    }

    /// <summary>Maps both addresses.</summary>
    public static void MapHealth(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            status = report.Status,
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status, description = entry.Value.Description }),
        },
        context.RequestAborted);

    private sealed class DatabaseHealth(IRelationalDatabase database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var session = new DbSession(database);
                await session.FindAsync<long>("select count(*) from users where user_id is null", null, cancellationToken);
                return HealthCheckResult.Healthy(database.Name);
            }
            catch (Exception exception) when (database.IsUnavailable(exception))
            {
                return HealthCheckResult.Unhealthy("The database does not answer.", exception);
            }
        }
    }
}
