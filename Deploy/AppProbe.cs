using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CollabHub.Domain;

namespace CollabHub.Deploy;

/// <summary>Asks apps whether they are there.</summary>
public interface IAppProbe
{
    /// <summary>Whether the app gives any HTTP answer; what says that it has come up.</summary>
    Task<bool> AnswersAsync(DeploymentId app, string address, int port, CancellationToken ct);

    /// <summary>Whether it still takes connections; leaves no line in its log.</summary>
    Task<bool> ListensAsync(DeploymentId app, string address, int port, CancellationToken ct);
}

/// <summary>Over the network of the deployment, which the host can reach and nobody else.</summary>
public sealed class AppProbe(AppBridge bridge, TimeProvider time) : IAppProbe, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly HttpRequestOptionsKey<DeploymentId> App = new("app");

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero, ConnectTimeout = Patience,
        ConnectCallback = (context, ct) => context.InitialRequestMessage.Options.TryGetValue(App, out var app)
            ? bridge.ConnectAsync(app, IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, ct)
            : throw new InvalidOperationException("Nobody said which app this is for."),
    });

    /// <inheritdoc/>
    public Task<bool> AnswersAsync(DeploymentId app, string address, int port, CancellationToken ct) => TryAsync(
        async token =>
        {
            var url = string.Create(CultureInfo.InvariantCulture, $"http://{address}:{port}/");
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version11 };
            request.Options.Set(App, app);
            request.Headers.UserAgent.ParseAdd("CollabHub-Probe");
            using var response = await _http.SendAsync(request, token);
        },
        ct);

    /// <inheritdoc/>
    public Task<bool> ListensAsync(DeploymentId app, string address, int port, CancellationToken ct) => TryAsync(
        async token =>
        {
            await using var open = await bridge.ConnectAsync(app, IPAddress.Parse(address), port, token);
        },
        ct);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<bool> TryAsync(Func<CancellationToken, Task> attempt, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await attempt(both.Token);
            return true;
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && exception is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }
}
