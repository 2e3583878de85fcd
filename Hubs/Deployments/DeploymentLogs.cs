using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Deployments;

/// <summary><c>GET /api/deployments/{id}/logs</c>: build output and what the app wrote, as text, or as events that follow it.</summary>
internal static class DeploymentLogs
{
    private const int DefaultTail = 500;
    private const int MaxTail = 5_000;

    public static async Task<IResult> SendAsync(
        Guid deploymentId, string? tail, HttpContext http, DeploymentQueries queries, DeploymentWatch watch, IContainerRuntime engine, Deploy.OutputKeeper output,
        ConnectionExpiry expiry, CancellationToken ct)
    {
        var lines = DefaultTail;
        if (tail is not null && !(int.TryParse(tail, NumberStyles.None, CultureInfo.InvariantCulture, out lines) && lines is >= 1 and <= MaxTail))
        {
            return GeneralErrors.Invalid("tail", $"must be a whole number from 1 to {MaxTail}").ToProblem();
        }
        var id = new DeploymentId(deploymentId);
        var found = await queries.OutputAsync(http.Actor(), id, ct);
        if (!found.TryGet(out var known, out var refused)) return refused.ToProblem();
        if (!http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/event-stream"))
        {
            return Results.Text(await TextAsync(known.Deployment, known.Kept, engine, output, lines, ct), "text/plain", System.Text.Encoding.UTF8);
        }
        // Like every connection, it ends with the sign-in behind it, and a minute after its token.
        using (expiry.Watch(http)) await FollowAsync(http, watch, id, lines, ct);
        return Results.Empty;
    }

    private static async Task<string> TextAsync(
        Deployment deployment, KeptOutput kept, IContainerRuntime engine, Deploy.OutputKeeper output, int tail, CancellationToken ct)
    {
        var lines = new List<string>();
        lines.AddRange(Lines(output.BuildNow(deployment.Id) ?? kept.Build));
        lines.AddRange(Lines(kept.App));
        if (deployment.IsLive)
        {
            try
            {
                await foreach (var line in engine.LogsAsync(deployment.Id, tail, follow: false, ct)) lines.Add(line.Text);
            }
            catch (Exception exception) when (exception is EngineUnavailableException or EngineRefusedException)
            {
                lines.Add("(the container engine does not answer; what the app writes now cannot be read)");
            }
        }
        return string.Concat(lines.TakeLast(tail).Select(line => line + "\n"));
    }

    private static async Task FollowAsync(HttpContext http, DeploymentWatch watch, DeploymentId id, int tail, CancellationToken ct)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.StartAsync(ct);
        await foreach (var frame in watch.WatchAsync(http.Actor(), id, tail, withStats: false, ct))
        {
            var (name, text) = frame.Kind == "status" ? ("status", frame.Deployment!.Status) : (frame.Source!, frame.Text!);
            await http.Response.WriteAsync($"event: {name}\ndata: {text.Replace('\r', ' ')}\n\n", ct);
            await http.Response.Body.FlushAsync(ct);
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
