using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Auth.External;

/// <summary>A provider that people can sign in with.</summary>
/// <param name="Name">As in the address of its routes.</param>
/// <param name="DisplayName">As on the button.</param>
public sealed record ExternalProvider(string Name, string DisplayName)
{
    /// <summary>The authentication scheme.</summary>
    public string Scheme => "external-" + Name;

    /// <summary>Where the provider sends the browser back to; register it there.</summary>
    public string CallbackPath => $"/api/auth/external/{Name}/callback";
}

/// <summary>The configured providers, by name.</summary>
public sealed class ExternalProviders
{
    private readonly Dictionary<string, ExternalProvider> _byName;

    /// <param name="configured">The section <c>Auth:Providers</c>.</param>
    public ExternalProviders(IReadOnlyDictionary<string, ProviderOptions> configured)
    {
        ArgumentNullException.ThrowIfNull(configured);
        _byName = configured.ToDictionary(one => one.Key, one => new ExternalProvider(one.Key, one.Value.DisplayName ?? Known(one.Key)));
        All = [.. _byName.Values.OrderBy(provider => provider.Name, StringComparer.Ordinal)];
    }

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<ExternalProvider> All { get; }

    /// <summary>The provider, or null.</summary>
    public ExternalProvider? Find(string name) => _byName.GetValueOrDefault(name);

    private static string Known(string name) => name switch
    {
        ProviderOptions.GitHub => "GitHub",
        ProviderOptions.Google => "Google",
        _ => char.ToUpperInvariant(name[0]) + name[1..],
    };
}
