using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.HttpOverrides;

namespace CollabHub.Hubs.Http;

/// <summary>
/// Whose word counts about where a request came from: behind a listed proxy its <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> say the client's
/// address, scheme and host; from anyone else they are ignored.
/// </summary>
public static class TrustedProxies
{
    /// <summary>Registers the list; without one no such header is read.</summary>
    public static void AddTrustedProxies(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            forwarded.ForwardedHeaders = ForwardedHeaders.None;
            if (settings.Proxies.Trusted.Length == 0) return;
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            // From the right through every listed proxy to the first address that is not one.
            forwarded.ForwardLimit = null;
            foreach (var network in settings.Proxies.Trusted) forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(SettingsRules.Network(network)));
        });
    }
}
