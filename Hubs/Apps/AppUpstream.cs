using System.Diagnostics;
using System.Net;
using CollabHub.Deploy;
using CollabHub.Domain;

namespace CollabHub.Hubs.Apps;

/// <summary>The connections to apps: straight, without redirects, cookies or proxies of the server's own.</summary>
internal sealed class AppUpstream : IDisposable
{
    /// <summary>Which app a request is for; a new connection leaves by that one's bridge.</summary>
    public static readonly HttpRequestOptionsKey<DeploymentId> App = new("app");

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public AppUpstream(AppBridge bridge) => Client = new HttpMessageInvoker(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false, EnableMultipleHttp2Connections = false,
        ActivityHeadersPropagator = new NoTraces(), ConnectTimeout = ConnectTimeout, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10), MaxResponseHeadersLength = 64,
        ConnectCallback = (context, ct) => context.InitialRequestMessage.Options.TryGetValue(App, out var app)
            ? bridge.ConnectAsync(app, IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, ct)
            : throw new InvalidOperationException("Nobody said which app this is for."),
    });

    public HttpMessageInvoker Client { get; }

    public void Dispose() => Client.Dispose();

    /// <summary>Trace ids of the platform are no app's business.</summary>
    private sealed class NoTraces : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields => [];

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
        {
        }

        public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) => (traceId, traceState) = (null, null);

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
    }
}
