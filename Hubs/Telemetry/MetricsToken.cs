using System.Security.Cryptography;
using System.Text;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Errors;

namespace CollabHub.Hubs.Telemetry;

/// <summary>Lets only holders of the configured token read <c>/metrics</c>.</summary>
internal sealed class MetricsToken(RequestDelegate next, TelemetryOptions options)
{
    private static readonly CollabError Missing = new("metrics.token_required", ErrorKind.Unauthenticated, "Send the metrics token as a bearer token.");

    public Task InvokeAsync(HttpContext context) =>
        options.MetricsToken is not { } token || Holds(context, token) ? next(context) : Missing.ToProblem().ExecuteAsync(context);

    private static bool Holds(HttpContext context, string token) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString())), SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token)));
}
