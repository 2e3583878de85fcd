using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CollabHub.Deploy;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Deployments;

namespace CollabHub.Hubs.Deployments;

/// <summary>What happens on a deployment, for one who looks: state, output, use. Ends when the deployment is over, or the right to look.</summary>
public sealed class DeploymentWatch(IServiceScopeFactory scopes, IContainerRuntime engine, OutputKeeper output, DeploymentRules rules, TimeProvider time)
{
    private const int Buffer = 256;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);

    /// <summary>The frames: the state first, then the last <paramref name="tail"/> lines and what follows.</summary>
    public async IAsyncEnumerable<WatchFrame> WatchAsync(
        Actor actor, DeploymentId id, int tail, bool withStats, [EnumeratorCancellation] CancellationToken ct)
    {
        // A slow reader slows its own pumps, nothing else.
        var frames = Channel.CreateBounded<WatchFrame>(Buffer);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pump = PumpAsync(new Viewer(actor, id, tail, withStats, frames.Writer), stop.Token);
        try
        {
            await foreach (var frame in frames.Reader.ReadAllAsync(ct)) yield return frame;
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
        }
    }

    private sealed record Viewer(Actor Actor, DeploymentId Id, int Tail, bool WithStats, ChannelWriter<WatchFrame> Frames);

    private async Task PumpAsync(Viewer viewer, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            var present = await LookAsync(viewer, over.Token);
            if (present is null) return;
            await viewer.Frames.WriteAsync(Status(present), ct);
            var side = Task.WhenAll(PumpLogsAsync(viewer, over.Token), viewer.WithStats ? PumpStatsAsync(viewer, over.Token) : Task.CompletedTask);
            while (present is { IsLive: true })
            {
                await Task.Delay(Pace, time, ct);
                var next = await LookAsync(viewer, ct);
                if (next is not null && next != present) await viewer.Frames.WriteAsync(Status(next), ct);
                present = next;
            }
            // Over: what was written last still comes. Not allowed any more: nothing does.
            if (present is null) await over.CancelAsync();
            await side;
        }
        catch (OperationCanceledException)
        {
            // The reader has gone.
        }
        finally
        {
            viewer.Frames.TryComplete();
        }
    }

    private async Task PumpLogsAsync(Viewer viewer, CancellationToken ct)
    {
        var build = new Tail("build", viewer.Tail);
        var seen = DateTimeOffset.MinValue;
        var any = false;
        while (await FindAsync(viewer.Id, ct) is { } deployment)
        {
            var kept = await KeptAsync(viewer.Id, ct);
            foreach (var line in build.New(output.BuildNow(viewer.Id) ?? kept.Build)) await viewer.Frames.WriteAsync(line, ct);
            await foreach (var line in FollowAsync(viewer, deployment, any, ct))
            {
                if (line.At <= seen) continue;
                (seen, any) = (line.At, true);
                await viewer.Frames.WriteAsync(Line(line.Source, line.Text), ct);
            }
            if (!deployment.IsLive)
            {
                if (!any) foreach (var line in new Tail("stdout", viewer.Tail).New(kept.App)) await viewer.Frames.WriteAsync(line, ct);
                return;
            }
            await Task.Delay(Pace, time, ct);
        }
    }

    private async IAsyncEnumerable<OutputLine> FollowAsync(Viewer viewer, Deployment deployment, bool again, [EnumeratorCancellation] CancellationToken ct)
    {
        if (deployment.Status is not (DeploymentStatus.Starting or DeploymentStatus.Running or DeploymentStatus.Stopping)) yield break;
        await using var lines = engine.LogsAsync(viewer.Id, again ? int.MaxValue : viewer.Tail, follow: true, ct).GetAsyncEnumerator(ct);
        while (true)
        {
            try
            {
                if (!await lines.MoveNextAsync()) yield break;
            }
            catch (Exception exception) when (exception is EngineUnavailableException or EngineRefusedException)
            {
                // The state tells about the engine; the output goes on when it is back.
                yield break;
            }
            yield return lines.Current;
        }
    }

    private async Task PumpStatsAsync(Viewer viewer, CancellationToken ct)
    {
        while (await FindAsync(viewer.Id, ct) is { IsLive: true } deployment)
        {
            if (deployment.Status == DeploymentStatus.Running)
            {
                try
                {
                    await foreach (var s in engine.StatsAsync(viewer.Id, ct))
                    {
                        var stats = new StatsFrame(s.At, s.CpuPercent, s.MemoryBytes, s.MemoryLimitBytes, s.Processes);
                        await viewer.Frames.WriteAsync(new WatchFrame { Kind = "stats", Stats = stats }, ct);
                    }
                }
                catch (Exception exception) when (exception is EngineUnavailableException or EngineRefusedException)
                {
                    // Nothing to show until it is back.
                }
            }
            await Task.Delay(Pace, time, ct);
        }
    }

    /// <summary>The deployment as it is, or null for who may not look any more.</summary>
    private async Task<Deployment?> LookAsync(Viewer viewer, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var access = await scope.ServiceProvider.GetRequiredService<DeploymentGuard>().FindAsync(viewer.Actor, viewer.Id, ct);
        return access is not null && AccessPolicy.Allows(access.Role, Permission.DeploymentUse) ? access.Deployment : null;
    }

    private async Task<Deployment?> FindAsync(DeploymentId id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IDeploymentStore>().FindAsync(id, ct);
    }

    private async Task<KeptOutput> KeptAsync(DeploymentId id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IDeploymentStore>().OutputAsync(id, ct);
    }

    private WatchFrame Status(Deployment deployment) => new() { Kind = "status", Deployment = DeploymentFrame.From(deployment, rules) };

    private static WatchFrame Line(string source, string text) => new() { Kind = "log", Source = source, Text = text };

    /// <summary>The lines of a growing text that were not there when it was looked at last.</summary>
    private sealed class Tail(string source, int first)
    {
        private string _last = "";

        public IEnumerable<WatchFrame> New(string text)
        {
            // Dropped at its beginning, it is shown anew: better twice than never.
            var rest = text.StartsWith(_last, StringComparison.Ordinal) ? text[_last.Length..] : text;
            var end = rest.LastIndexOf('\n') + 1;
            var lines = rest[..end].Split('\n')[..^1];
            var isFirst = _last.Length == 0;
            _last = text[..(text.Length - rest.Length + end)];
            return (isFirst ? lines.TakeLast(first) : lines).Select(line => Line(source, line));
        }
    }
}
