using CollabHub.Hubs.Telemetry;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Options;

/// <summary>All settings, read and checked once, before anything else starts.</summary>
public sealed record Settings(
    DataOptions Data, ConnectionStringsOptions ConnectionStrings, AuthOptions Auth, EmailOptions Email, OpsOptions Ops, NodeOptions Node, ProxiesOptions Proxies, OriginsOptions Origins, TelemetryOptions Telemetry,
    DeployOptions Deploy, LimitsOptions Limits)
{
    /// <summary>Whether this is one node of several.</summary>
    public bool IsCluster => ConnectionStrings.Redis is not null;

    private static readonly string[] Sections = ["Data", "Auth", "Email", "Ops", "Node", "Proxies", "Origins", "Telemetry", "Deploy", "Limits", "ConnectionStrings"];

    /// <summary>Reads everything; throws <see cref="StartRefusedException"/> that names every wrong key.</summary>
    /// <param name="configuration">Where from.</param>
    /// <param name="isProduction">Whether people rely on it: sample keys are refused then.</param>
    public static Settings Read(IConfiguration configuration, bool isProduction = false)
    {
        var reader = new SettingsReader(configuration);
        var settings = new Settings(
            reader.Read<DataOptions>("Data"), reader.Read<ConnectionStringsOptions>("ConnectionStrings"), reader.Read<AuthOptions>("Auth"), reader.Read<EmailOptions>("Email"),
            reader.Read<OpsOptions>("Ops"), reader.Read<NodeOptions>("Node"), reader.Read<ProxiesOptions>("Proxies"), reader.Read<OriginsOptions>("Origins"), reader.Read<TelemetryOptions>("Telemetry"),
            reader.Read<DeployOptions>("Deploy"), reader.Read<LimitsOptions>("Limits"));
        reader.RefuseUnknownKeys(Sections);
        SettingsRules.Check(settings, reader, isProduction);
        return reader.Problems.Count == 0 ? settings : throw new StartRefusedException(reader.Problems);
    }
}

/// <summary>Puts the settings into the container.</summary>
public static class SettingsRegistration
{
    /// <summary>Reads the settings and registers each part as <c>IOptions</c>.</summary>
    public static Settings AddSettings(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = Settings.Read(builder.Configuration, builder.Environment.IsProduction());
        builder.Services
            .AddSingleton(settings)
            .AddSingleton<IOptions<DataOptions>>(new OptionsWrapper<DataOptions>(settings.Data))
            .AddSingleton<IOptions<ConnectionStringsOptions>>(new OptionsWrapper<ConnectionStringsOptions>(settings.ConnectionStrings))
            .AddSingleton<IOptions<AuthOptions>>(new OptionsWrapper<AuthOptions>(settings.Auth))
            .AddSingleton<IOptions<EmailOptions>>(new OptionsWrapper<EmailOptions>(settings.Email))
            .AddSingleton<IOptions<OpsOptions>>(new OptionsWrapper<OpsOptions>(settings.Ops))
            .AddSingleton<IOptions<NodeOptions>>(new OptionsWrapper<NodeOptions>(settings.Node))
            .AddSingleton<IOptions<ProxiesOptions>>(new OptionsWrapper<ProxiesOptions>(settings.Proxies))
            .AddSingleton<IOptions<DeployOptions>>(new OptionsWrapper<DeployOptions>(settings.Deploy))
            .AddSingleton<IOptions<LimitsOptions>>(new OptionsWrapper<LimitsOptions>(settings.Limits));
        return settings;
    }
}
