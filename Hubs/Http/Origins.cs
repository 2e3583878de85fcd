using CollabHub.Domain.Errors;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace CollabHub.Hubs.Http;

/// <summary>
/// Which pages may call: those of this server, that of <c>Email:BaseUrl</c>, and the list in <c>Origins:Allowed</c>. One list for CORS
/// and for sockets, to which browsers connect across origins without asking. docs/protocol.md, Origins.
/// </summary>
public static class Origins
{
    private const string Policy = "origins";
    private static readonly CollabError NotAllowed = new("origin.not_allowed", ErrorKind.Forbidden, "Pages of this origin may not connect to this server.");

    /// <summary>Registers CORS with the exact list.</summary>
    public static void AddOrigins(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.AddCors(cors => cors.AddPolicy(Policy, policy => Configure(policy, ListOf(settings))));
    }

    /// <summary>CORS on everything, and the check on what browsers do not ask for: sockets.</summary>
    internal static void UseOrigins(this WebApplication app)
    {
        app.UseCors(Policy);
        var list = ListOf(app.Services.GetRequiredService<Settings>()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        app.UseWhen(context => LivePaths.Has(context.Request), live => live.Use((context, next) => CheckAsync(context, next, list)));
    }

    /// <summary>The origin of an address as browsers write it; null when it has none.</summary>
    internal static string? Of(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Authority.Length > 0 ? $"{uri.Scheme}://{uri.Authority}" : null;

    private static string[] ListOf(Settings settings) => [Of(settings.Email.BaseUrl)!, .. settings.Origins.Allowed];

    private static void Configure(CorsPolicyBuilder policy, string[] list) => policy
        .WithOrigins(list)
        .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
        .WithHeaders("Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "X-Requested-With", "X-SignalR-User-Agent")
        .WithExposedHeaders("ETag", "Location", "Retry-After")
        // SignalR's negotiation asks with credentials, though no cookie means anything here.
        .AllowCredentials()
        .SetPreflightMaxAge(TimeSpan.FromMinutes(10));

    /// <summary>Whoever sends no origin is no page: it is let through to show its token, without which nothing opens.</summary>
    private static Task CheckAsync(HttpContext context, RequestDelegate next, HashSet<string> list)
    {
        var origins = context.Request.Headers.Origin;
        if (origins.Count == 0 || (origins.Count == 1 && IsAllowed(origins[0], context.Request, list))) return next(context);
        return NotAllowed.ToProblem().ExecuteAsync(context);
    }

    // The scheme of the own origin is not compared: a proxy that ends TLS changes it.
    private static bool IsAllowed(string? origin, HttpRequest request, HashSet<string> list) =>
        origin is not null
        && (list.Contains(origin)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && Of(origin) == origin
                && IsSameHost(uri, request.Host)));

    private static bool IsSameHost(Uri origin, HostString host) =>
        string.Equals(origin.Host, host.Host, StringComparison.OrdinalIgnoreCase) && (host.Port is null ? origin.IsDefaultPort : host.Port == origin.Port);
}

/// <summary>The addresses behind which connections stay.</summary>
internal static class LivePaths
{
    private static readonly string[] Prefixes = ["/hubs", "/yjs", "/hocuspocus"];

    public static bool Has(HttpRequest request) => Array.Exists(Prefixes, prefix => request.Path.StartsWithSegments(prefix));
}
