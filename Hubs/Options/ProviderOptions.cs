namespace CollabHub.Hubs.Options;

/// <summary>An external provider: <c>github</c> and <c>google</c> by name, any other is an OpenID Connect issuer.</summary>
public sealed class ProviderOptions
{
    /// <summary>The name that means GitHub, which speaks OAuth 2 only.</summary>
    public const string GitHub = "github";

    /// <summary>The name that means Google.</summary>
    public const string Google = "google";

    /// <summary>The issuer's address; for <c>github</c> that of a GitHub Enterprise Server.</summary>
    public string? Issuer { get; set; }

    /// <summary>What the provider calls this server.</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret that it gave; absent for public clients.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>On the button; absent: the name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>The issuer, known ones by name; null when there is none or it is no address.</summary>
    public Uri? IssuerOf(string name)
    {
        var text = Issuer ?? name switch { GitHub => "https://github.com/", Google => "https://accounts.google.com", _ => null };
        return Uri.TryCreate(text, UriKind.Absolute, out var issuer) ? issuer : null;
    }
}

/// <summary>Proxies in front of this server.</summary>
public sealed class ProxiesOptions
{
    /// <summary>Addresses and networks (CIDR) whose <c>X-Forwarded-*</c> headers are believed.</summary>
    public string[] Trusted { get; set; } = [];
}
