using CollabHub.Domain.Deployments;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Apps;

/// <summary>The proxy in front of apps.</summary>
internal static class AppsRegistration
{
    /// <summary>Registers the proxy and its gate.</summary>
    public static void AddApps(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.AddHttpForwarder();
        builder.Services
            .AddSingleton<AppTickets>()
            .AddSingleton<AppGate>()
            .AddSingleton<AppConnections>()
            .AddSingleton<IAppTraffic>(services => services.GetRequiredService<AppConnections>())
            .AddHostedService(services => services.GetRequiredService<AppConnections>())
            .AddSingleton<AppActivity>()
            .AddSingleton<AppUpstream>();
    }

    /// <summary>Before everything else: requests to apps meet nothing of the platform.</summary>
    public static void UseApps(this WebApplication app) => app.UseMiddleware<AppProxy>();
}
