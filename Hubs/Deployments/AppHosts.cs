using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CollabHub.Hubs.Deployments;

/// <summary>The hosts of apps: one for each deployment, none of them the platform's own.</summary>
public sealed class AppHosts(DeployOptions deploy, IServer server, IConfiguration configuration) : IAppUrls
{
    private const string Placeholder = "{deploymentId}";
    private const int DefaultPort = 5080;

    private readonly string _suffix = SuffixOf(deploy.PublicUrlTemplate ?? DefaultTemplate(DefaultPort));

    /// <inheritdoc/>
    public string Of(DeploymentId deployment)
    {
        var template = deploy.PublicUrlTemplate ?? DefaultTemplate(OwnPort());
        return template.Replace(Placeholder, deployment.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Whether the host belongs to apps, whatever the port. True without an id: it is below their domain, but nobody's.</summary>
    public bool IsApp(HostString host, out DeploymentId? id)
    {
        id = null;
        var name = host.Host.TrimEnd('.');
        if (name.Equals(_suffix[1..], StringComparison.OrdinalIgnoreCase)) return true;
        if (!name.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase)) return false;
        if (Guid.TryParseExact(name[..^_suffix.Length], "D", out var guid)) id = new DeploymentId(guid);
        return true;
    }

    private static string DefaultTemplate(int port) => string.Create(CultureInfo.InvariantCulture, $"http://{Placeholder}.apps.localhost:{port}/");

    private static string SuffixOf(string template) =>
        new Uri(template.Replace(Placeholder, Guid.Empty.ToString("D"), StringComparison.Ordinal)).Host[Guid.Empty.ToString("D").Length..];

    private int OwnPort()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? configuration["urls"]?.Split(';')[0];
        return address is null ? DefaultPort : BindingAddress.Parse(address).Port;
    }
}
