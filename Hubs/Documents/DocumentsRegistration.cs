using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Mongo;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Documents;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CollabHub.Hubs.Documents;

/// <summary>Workspace documents: their store, what keeps it in step with the tables, their routes.</summary>
public static class DocumentsRegistration
{
    /// <summary>Registers the store that the settings name, use cases and background work.</summary>
    public static void AddDocuments(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services
            .AddSingleton(new DocumentLimits(settings.Limits.DocumentSectionBytes))
            .AddSingleton<IDocumentObserver, DocumentLog>()
            .AddSingleton(services => Store(services, settings.ConnectionStrings.Mongo))
            .AddSingleton<ISecretSeal, SecretSeal>()
            .AddSingleton<ActivityCounts>()
            .AddSingleton<IWorkspaceActivity>(services => services.GetRequiredService<ActivityCounts>())
            .AddSingleton<DocumentLag>()
            .AddScoped<IDocumentSource, DocumentSource>()
            .AddScoped<SettlingDocuments>()
            .AddScoped<DocumentQueries>()
            .AddScoped<ChangingDocuments>()
            .AddScoped<EnvironmentReader>()
            .AddScoped<TemplateCopying>()
            .AddHostedService<DocumentProjection>()
            .AddHostedService(services => services.GetRequiredService<ActivityCounts>());
        builder.Services.AddHealthChecks().AddCheck<DocumentHealth>("documents");
    }

    private static IWorkspaceDocuments Store(IServiceProvider services, string? mongo)
    {
        var observer = services.GetRequiredService<IDocumentObserver>();
        return mongo is null
            ? new RelationalWorkspaceDocuments(services.GetRequiredService<IRelationalDatabase>(), observer)
            : new MongoWorkspaceDocuments(mongo, observer);
    }

    /// <summary>Degraded and not unhealthy: files are edited without it, and a balancer must not take the node away.</summary>
    private sealed class DocumentHealth(IWorkspaceDocuments documents) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var ping = await documents.PingAsync(cancellationToken);
            return ping.Error is null ? HealthCheckResult.Healthy(documents.Name) : HealthCheckResult.Degraded($"{documents.Name} does not answer.");
        }
    }
}

/// <summary>Logs why the document store does not answer.</summary>
internal sealed partial class DocumentLog(ILogger<DocumentLog> log) : IDocumentObserver
{
    public void Unavailable(Exception exception) => LogUnavailable(log, exception);

    [LoggerMessage(1, LogLevel.Warning, "The store of workspace documents does not answer.", EventName = "DocumentStoreUnavailable")]
    private static partial void LogUnavailable(ILogger logger, Exception exception);
}
