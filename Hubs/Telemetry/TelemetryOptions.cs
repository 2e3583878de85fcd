using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Telemetry;

/// <summary>Where measures go.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Address of an OTLP collector (gRPC), such as <c>http://collector:4317</c>; absent: nothing is sent.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>Of 100 traces that begin here, how many are kept.</summary>
    [Bound(0, 100)]
    public int TracePercent { get; set; } = 1;

    /// <summary>Bearer token that <c>/metrics</c> asks for; absent: whoever reaches the port may read.</summary>
    public string? MetricsToken { get; set; }

    /// <summary><see cref="OtlpEndpoint"/> as an address, or null when it is absent or wrong.</summary>
    internal Uri? Otlp => Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    internal static void Check(TelemetryOptions options, SettingsReader found)
    {
        if (options.OtlpEndpoint is not null && options.Otlp is null) found.Refuse("Telemetry:OtlpEndpoint", "must be an absolute http or https URL");
    }
}
