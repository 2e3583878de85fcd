using CollabHub.Deploy;
using CollabHub.Domain.Deployments;
using CollabHub.Hubs.Apps;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;

namespace CollabHub.Hubs.Deployments;

/// <summary>Deployments, from the routes to the engine.</summary>
public static class DeploymentsRegistration
{
    /// <summary>Registers use cases, stores, the engine, the reconciler and the proxy.</summary>
    public static void AddDeployments(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services
            .AddSingleton(settings.ToRules())
            .AddSingleton(settings.Deploy.ToRuntimes())
            .AddSingleton(settings.Deploy)
            .AddSingleton(settings.Limits)
            .AddSingleton(new ReconcilerOptions { Interval = TimeSpan.FromSeconds(settings.Deploy.ReconcileSeconds) })
            .AddSingleton<AppHosts>()
            .AddSingleton<IAppUrls>(services => services.GetRequiredService<AppHosts>())
            .AddSingleton<DeployLog>()
            .AddSingleton<IDockerObserver>(services => services.GetRequiredService<DeployLog>())
            .AddSingleton<IReconcilerObserver>(services => services.GetRequiredService<DeployLog>())
            .AddSingleton<IDeploymentLedger, ScopedLedger>()
            .AddSingleton<IDeploymentLeadership>(services => services.GetRequiredService<IRelationalDatabase>() is PostgresDatabase postgres
                ? new PostgresLeadership(postgres)
                : new SoleNode())
            .AddSingleton<IContainerRuntime>(services => new DockerRuntime(
                settings.ToDocker(), services.GetRequiredService<IDeploymentLedger>().InstallationAsync, services.GetRequiredService<IDockerObserver>(),
                services.GetRequiredService<TimeProvider>()))
            .AddSingleton(new AppBridge(new Uri(settings.Deploy.DockerEndpoint)))
            .AddSingleton<IAppProbe, AppProbe>()
            .AddSingleton<OutputKeeper>()
            .AddSingleton(services => new BusyApps(settings.Limits.AppCpuMillis / 1000.0, services.GetRequiredService<DeploymentRules>(), services.GetRequiredService<TimeProvider>()))
            .AddSingleton<DeploymentSteps>()
            .AddSingleton<Reconciler>()
            .AddSingleton<IDeploymentSignal>(services => services.GetRequiredService<Reconciler>())
            .AddHostedService<ReconcilerService>()
            .AddSingleton<DeploymentWatch>()
            .AddSingleton<DeploymentDelivery>()
            .AddSingleton<DeploymentReview>()
            .AddScoped<IDeploymentStore, DeploymentStore>()
            .AddScoped<IDeploymentParticipantStore, DeploymentParticipantStore>()
            .AddScoped<IDeploymentEnvironment, DocumentEnvironment>()
            .AddScoped<DeploymentGuard>()
            .AddScoped<SourcePinning>()
            .AddScoped<Deploying>()
            .AddScoped<OperatingDeployments>()
            .AddScoped<ManagingDeploymentParticipants>()
            .AddScoped<DeploymentQueries>()
            .AddScoped<DeploymentLedger>();
        builder.AddApps(settings);
    }

    /// <summary>Maps the routes and the hub.</summary>
    public static void MapDeploying(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapDeployments();
        app.MapLiveHub<DeploymentHub>("/hubs/deployments");
    }
}
