using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace CollabHub.Hubs.Apps;

/// <summary>What passes between a browser and an app: nothing of the platform's on the way in, nothing that reaches beyond the app's own origin on the way out.</summary>
internal sealed class AppTransformer(AppTickets tickets) : HttpTransformer
{
    private const string Bearer = "Bearer ";
    private static readonly string[] TokenParameters = ["access_token", "ticket"];
    private static readonly string[] NotForBrowsers = ["Strict-Transport-Security", "Service-Worker-Allowed", "Clear-Site-Data", "Alt-Svc", "Public-Key-Pins", "NEL", "Report-To"];

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        if (httpContext.Features.Get<GatePass>() is { Deployment: { } app }) proxyRequest.Options.Set(AppUpstream.App, app.Id);
        var request = httpContext.Request;
        proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, request.Path, Query(request));
        proxyRequest.Headers.Host = request.Host.Value;
        SetCookies(request, proxyRequest);
        if (request.Headers.Authorization.Any(IsOurs)) proxyRequest.Headers.Authorization = null;
        SetForwarded(httpContext, proxyRequest.Headers);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var answered = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        foreach (var name in NotForBrowsers) headers.Remove(name);
        if (headers.SetCookie.Count > 0) headers.SetCookie = new StringValues([.. headers.SetCookie.OfType<string>().Select(Confine).OfType<string>()]);
        return answered;
    }

    private QueryString Query(HttpRequest request)
    {
        if (!TokenParameters.Any(request.Query.ContainsKey)) return request.QueryString;
        var kept = QueryHelpers.ParseQuery(request.QueryString.Value)
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value)))
            .Where(pair => !TokenParameters.Contains(pair.Key) || pair.Value is null || !tickets.IsOurs(pair.Value));
        return QueryString.Create(kept);
    }

    private static void SetCookies(HttpRequest request, HttpRequestMessage to)
    {
        to.Headers.Remove("Cookie");
        var kept = request.Headers.Cookie.OfType<string>()
            .SelectMany(header => header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(pair => !NameOf(pair).Contains("collabhub", StringComparison.OrdinalIgnoreCase));
        var cookies = string.Join("; ", kept);
        if (cookies.Length > 0) to.Headers.TryAddWithoutValidation("Cookie", cookies);
    }

    private bool IsOurs(string? authorization) =>
        authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && tickets.IsOurs(authorization[Bearer.Length..].Trim());

    private static void SetForwarded(HttpContext context, HttpRequestHeaders headers)
    {
        foreach (var name in context.Request.Headers.Keys.Where(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)).ToList()) headers.Remove(name);
        headers.Remove("Forwarded");
        headers.Remove("X-Real-IP");
        headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        if (context.Connection.RemoteIpAddress is { } address) headers.TryAddWithoutValidation("X-Forwarded-For", address.ToString());
    }

    /// <summary>A cookie for the app's own host only; null for one that would take the gate's place.</summary>
    private static string? Confine(string cookie)
    {
        var parts = cookie.Split(';', StringSplitOptions.TrimEntries);
        if (NameOf(parts[0]).Contains("collabhub", StringComparison.OrdinalIgnoreCase)) return null;
        return string.Join("; ", parts.Where(part => !NameOf(part).Equals("domain", StringComparison.OrdinalIgnoreCase)));
    }

    private static string NameOf(string pair) => pair.Split('=')[0].Trim();
}
