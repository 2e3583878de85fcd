using System.Globalization;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Http;

/// <summary>Kestrel, its bounds, and the order of what every request passes.</summary>
public static class Server
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    // Passwords being hashed and calls of the embedded engine hold threads of the pool; beyond its least number it gives out one in half a second.
    private const int ThreadsThatWait = 6;

    /// <summary>Bounds, shutdown, clock, ids, quiet logs.</summary>
    public static void AddServer(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        // Messages and numbers read the same on every machine.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        ThreadPool.GetMinThreads(out _, out var ports);
        ThreadPool.SetMinThreads(Environment.ProcessorCount + ThreadsThatWait, ports);
        var limits = settings.Limits;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.RestBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.RequestHeadersBytes;
            kestrel.Limits.MaxRequestHeaderCount = limits.RequestHeaderCount;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Domain.IIdSource, TimeOrderedIds>();
        builder.Services.PostConfigure<LoggerFilterOptions>(QuietLogs.Apply);
    }

    /// <summary>What every request passes, outermost first.</summary>
    public static void UseServer(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UsePages();
        app.UseLines();
        app.UseWebSockets();
        app.UseMiddleware<Realtime.DrainingGate>();
        app.UseRouting();
        app.UseOrigins();
        app.UseAuthentication();
        app.UseConnections();
        app.UseRateLimits();
        app.UseAuthorization();
        app.UseMiddleware<Endpoints.IdempotencyMiddleware>();
    }
}

/// <summary>Version 7 UUIDs: time-ordered, so that indexes stay dense.</summary>
internal sealed class TimeOrderedIds(TimeProvider clock) : Domain.IIdSource
{
    public Guid Next() => Guid.CreateVersion7(clock.GetUtcNow());
}
