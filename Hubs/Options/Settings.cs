using CollabHub.Hubs.Telemetry;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Options;

/// <summary>All settings, read and checked once, before anything else starts.</summary>
public sealed record Settings(
    DataOptions Data, ConnectionStringsOptions ConnectionStrings, AuthOptions Auth, EmailOptions Email, OpsOptions Ops, NodeOptions Node, TelemetryOptions Telemetry,
    DeployOptions Deploy, LimitsOptions Limits)
{
    private static readonly string[] Sections = ["Data", "Auth", "Email", "Ops", "Node", "Telemetry", "Deploy", "Limits", "ConnectionStrings"];

    private static readonly UnsupportedSection[] NotYet =
    [
        new("ConnectionStrings:Mongo", "is set, but this version keeps nothing in MongoDB; remove the key"),
        new("ConnectionStrings:Redis", "is set, but this version runs on one node, without Redis; remove the key"),
        new("Auth:Providers", "is set, but this version has no external sign-in; remove the key"),
    ];

    /// <summary>Reads everything; throws <see cref="StartRefusedException"/> that names every wrong key.</summary>
    public static Settings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = new Settings(
            reader.Read<DataOptions>("Data"), reader.Read<ConnectionStringsOptions>("ConnectionStrings"), reader.Read<AuthOptions>("Auth"), reader.Read<EmailOptions>("Email"),
            reader.Read<OpsOptions>("Ops"), reader.Read<NodeOptions>("Node"), reader.Read<TelemetryOptions>("Telemetry"),
            reader.Read<DeployOptions>("Deploy"), reader.Read<LimitsOptions>("Limits"));
        reader.RefuseUnknownKeys(Sections, NotYet);
        SettingsRules.Check(settings, reader);
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
        var settings = Settings.Read(builder.Configuration);
        builder.Services
            .AddSingleton(settings)
            .AddSingleton<IOptions<DataOptions>>(new OptionsWrapper<DataOptions>(settings.Data))
            .AddSingleton<IOptions<ConnectionStringsOptions>>(new OptionsWrapper<ConnectionStringsOptions>(settings.ConnectionStrings))
            .AddSingleton<IOptions<AuthOptions>>(new OptionsWrapper<AuthOptions>(settings.Auth))
            .AddSingleton<IOptions<EmailOptions>>(new OptionsWrapper<EmailOptions>(settings.Email))
            .AddSingleton<IOptions<OpsOptions>>(new OptionsWrapper<OpsOptions>(settings.Ops))
            .AddSingleton<IOptions<NodeOptions>>(new OptionsWrapper<NodeOptions>(settings.Node))
            .AddSingleton<IOptions<DeployOptions>>(new OptionsWrapper<DeployOptions>(settings.Deploy))
            .AddSingleton<IOptions<LimitsOptions>>(new OptionsWrapper<LimitsOptions>(settings.Limits));
        return settings;
    }
}
