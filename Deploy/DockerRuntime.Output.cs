using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CollabHub.Deploy;

/// <summary>Logs, stats and events: streams without a time limit of their own, ended by their reader.</summary>
public sealed partial class DockerRuntime
{
    private const int StatsBuffer = 4;
    private const int EventsBuffer = 256;

    /// <inheritdoc/>
    public IAsyncEnumerable<OutputLine> LogsAsync(DeploymentId deployment, int tail, bool follow, CancellationToken ct) =>
        ReadAsync(AppNames.Of(deployment), tail, follow, ct);

    /// <inheritdoc/>
    public async Task<TimeSpan?> UsedAsync(string containerId, CancellationToken ct)
    {
        var readings = Channel.CreateBounded<ContainerStatsResponse>(1);
        try
        {
            await _engine.AskAsync(
                (engine, token) => engine.Containers.GetContainerStatsAsync(
                    containerId, new ContainerStatsParameters { Stream = false, OneShot = true }, new Sink<ContainerStatsResponse>(readings.Writer), token),
                _options.Timeout, ct);
        }
        catch (EngineRefusedException refused) when (refused.InnerException is DockerContainerNotFoundException)
        {
            return null;
        }
        // Nanoseconds; a container that has ended reads as zero.
        return readings.Reader.TryRead(out var reading) && reading.CPUStats.CPUUsage.TotalUsage is > 0 and var used ? TimeSpan.FromMicroseconds(used / 1000.0) : null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AppStats> StatsAsync(DeploymentId deployment, [EnumeratorCancellation] CancellationToken ct)
    {
        var channel = Channel.CreateBounded<ContainerStatsResponse>(new BoundedChannelOptions(StatsBuffer) { FullMode = BoundedChannelFullMode.DropOldest });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _ = PumpAsync(
            channel.Writer,
            sink => _client.Containers.GetContainerStatsAsync(AppNames.Of(deployment), new ContainerStatsParameters { Stream = true }, sink, stop.Token));
        try
        {
            await foreach (var sample in channel.Reader.ReadAllAsync(ct))
            {
                if (ToStats(sample) is { } stats) yield return stats;
            }
        }
        finally
        {
            // The client notices with the engine's next sample, up to a second later; who has lost the right to look must not wait for that.
            await stop.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DeploymentId> EventsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // The stream lasts as long as the engine: a new one may be another version.
        _engineKnown = false;
        var filters = await OursAsync(ct);
        filters["type"] = new Dictionary<string, bool> { ["container"] = true };
        filters["event"] = new Dictionary<string, bool> { ["die"] = true, ["oom"] = true, ["start"] = true, ["destroy"] = true };
        var channel = Channel.CreateBounded<Message>(new BoundedChannelOptions(EventsBuffer) { FullMode = BoundedChannelFullMode.DropOldest });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pump = PumpAsync(
            channel.Writer,
            sink => _client.System.MonitorEventsAsync(new ContainerEventsParameters { Filters = filters }, sink, stop.Token));
        try
        {
            await foreach (var message in channel.Reader.ReadAllAsync(ct))
            {
                if (AppNames.DeploymentOf(message.Actor?.Attributes) is { } id) yield return id;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
        }
    }

    private async IAsyncEnumerable<OutputLine> ReadAsync(string container, int tail, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true, ShowStderr = true, Timestamps = true, Follow = follow,
            Tail = tail == int.MaxValue ? "all" : tail.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        using var stream = await OpenLogsAsync(container, parameters, ct);
        if (stream is null) yield break;
        var lines = new LogLines();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            MultiplexedStream.ReadResult read;
            try
            {
                read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, ct);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested && EngineCalls.Translate(exception) is { } translated)
            {
                throw translated;
            }
            if (read.EOF) break;
            foreach (var line in lines.Take(read.Target == MultiplexedStream.TargetStream.StandardError, buffer.AsSpan(0, read.Count))) yield return line;
        }
        foreach (var line in lines.Rest()) yield return line;
    }

    private async Task<MultiplexedStream?> OpenLogsAsync(string container, ContainerLogsParameters parameters, CancellationToken ct)
    {
        try
        {
            // Its cancellation is the reader's: a time limit would end the stream too.
            return await _client.Containers.GetContainerLogsAsync(container, tty: false, parameters, ct).WaitAsync(_options.Timeout, _time, ct);
        }
        catch (DockerContainerNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && EngineCalls.Translate(exception) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Runs a call that reports until it ends; its end, whatever it is, is the end of the channel, and told to nobody else.</summary>
    private static async Task PumpAsync<T>(ChannelWriter<T> writer, Func<IProgress<T>, Task> call)
    {
        try
        {
            await call(new Sink<T>(writer));
            writer.TryComplete();
        }
        catch (Exception exception) when (exception is OperationCanceledException or DockerContainerNotFoundException)
        {
            writer.TryComplete();
        }
        catch (Exception exception)
        {
            writer.TryComplete(EngineCalls.Translate(exception) ?? exception);
        }
    }

    private static AppStats? ToStats(ContainerStatsResponse sample)
    {
        const double percent = 100;
        if (sample.MemoryStats is not { Limit: > 0 } memory) return null;
        var cpu = (double)sample.CPUStats.CPUUsage.TotalUsage - sample.PreCPUStats.CPUUsage.TotalUsage;
        var system = (double)sample.CPUStats.SystemUsage - sample.PreCPUStats.SystemUsage;
        var share = system > 0 && sample.PreCPUStats.SystemUsage > 0 ? cpu / system * Math.Max(1, sample.CPUStats.OnlineCPUs) * percent : 0;
        return new AppStats(
            new DateTimeOffset(DateTime.SpecifyKind(sample.Read, DateTimeKind.Utc)), Math.Round(share, 1), (long)memory.Usage, (long)memory.Limit, (long)sample.PidsStats.Current);
    }

    private sealed class Sink<T>(ChannelWriter<T> writer) : IProgress<T>
    {
        public void Report(T value) => writer.TryWrite(value);
    }
}
