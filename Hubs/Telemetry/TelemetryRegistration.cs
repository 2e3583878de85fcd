using System.Reflection;
using CollabHub.Domain.Editing;
using CollabHub.Hubs.Documents;
using CollabHub.Hubs.Options;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CollabHub.Hubs.Telemetry;

/// <summary>OpenTelemetry: metrics at <c>/metrics</c> for Prometheus and, when an address is configured, metrics and traces by OTLP.</summary>
public static class TelemetryRegistration
{
    private const string HubInvocations = "Microsoft.AspNetCore.SignalR.Server";

    private static readonly string[] Meters =
    [
        EditingMeter.Name, HostMeter.Name, RequestMeter.Name, DocumentLag.MeterName,
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "Npgsql",
    ];

    /// <summary>Registers collectors and exporters.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        var options = settings.Telemetry;
        builder.Services.AddSingleton(options).AddSingleton<HostMeter>().AddSingleton<RequestMeter>();
        var telemetry = builder.Services
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                "collabhub", serviceVersion: Version, serviceInstanceId: settings.Node.Name ?? Environment.MachineName))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddRuntimeInstrumentation().AddPrometheusExporter();
                if (options.Otlp is { } address) metrics.AddOtlpExporter(otlp => otlp.Endpoint = address);
            });
        // Without an address nobody would read the traces, so none are made.
        if (options.Otlp is not { } endpoint) return;
        telemetry.WithTracing(traces => traces
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracePercent / 100.0)))
            .AddSource(EditingMeter.Name, HubInvocations)
            .AddAspNetCoreInstrumentation()
            .AddNpgsql()
            .AddOtlpExporter(otlp => otlp.Endpoint = endpoint));
    }

    /// <summary>Maps <c>/metrics</c>; with <c>Telemetry:MetricsToken</c> set it needs that token.</summary>
    public static void MapTelemetry(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetRequiredService<HostMeter>().Observe();
        app.MapPrometheusScrapingEndpoint("/metrics", null, metrics => metrics.UseMiddleware<MetricsToken>(), null);
    }

    private static string Version =>
        typeof(TelemetryRegistration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
