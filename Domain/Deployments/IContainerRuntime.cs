namespace CollabHub.Domain.Deployments;

/// <summary>What the engine has of one deployment.</summary>
/// <param name="Deployment">From the label.</param>
/// <param name="Generation">Of the app's container, from the label; 0 without one.</param>
/// <param name="ContainerId">Of the app's container; null without one.</param>
/// <param name="State">Of the app's container.</param>
/// <param name="Address">Its address in the network of the deployment.</param>
/// <param name="Exit">How it ended, when it has.</param>
/// <param name="StartedAt">When it was started.</param>
public sealed record ActualApp(
    DeploymentId Deployment, int Generation, string? ContainerId, AppState State, string? Address, ContainerExit? Exit, DateTimeOffset? StartedAt);

/// <summary>Where a container stands.</summary>
public enum AppState
{
    /// <summary>There is none, only a network, files or a build.</summary>
    None,
    /// <summary>Made and not started.</summary>
    Created,
    /// <summary>Its process runs.</summary>
    Running,
    /// <summary>Its process has ended.</summary>
    Exited,
}

/// <summary>How a process ended.</summary>
/// <param name="Code">The exit code; 128 + the signal when it was killed.</param>
/// <param name="OutOfMemory">Whether the kernel killed it for its memory.</param>
/// <param name="Error">What the engine says when it could not start it.</param>
public sealed record ContainerExit(int Code, bool OutOfMemory, string? Error);

/// <summary>What is to run.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Generation">Which container of it.</param>
/// <param name="Runtime">Image and commands.</param>
public sealed record AppSpec(DeploymentId Deployment, int Generation, AppRuntime Runtime);

/// <summary>One line that an app or a build wrote.</summary>
/// <param name="At">When the engine took it.</param>
/// <param name="Source"><c>stdout</c>, <c>stderr</c> or <c>build</c>.</param>
/// <param name="Text">The line without its end, at most 8 KiB.</param>
public sealed record OutputLine(DateTimeOffset At, string Source, string Text);

/// <summary>What an app uses at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="CpuPercent">Of one core.</param>
/// <param name="MemoryBytes">Resident memory and its temporary files.</param>
/// <param name="MemoryLimitBytes">The most that it may use.</param>
/// <param name="Processes">Processes and threads.</param>
public sealed record AppStats(DateTimeOffset At, double CpuPercent, long MemoryBytes, long MemoryLimitBytes, long Processes);

/// <summary>One file on its way into an app.</summary>
/// <param name="Path">Canonical path within the workspace.</param>
/// <param name="Content">UTF-8 text.</param>
public sealed record SourceFile(string Path, ReadOnlyMemory<byte> Content);

/// <summary>
/// The container engine. Names and labels follow from the deployment, so that every call may be repeated, by another process too.
/// Throws <see cref="EngineUnavailableException"/> when the engine does not answer in time and <see cref="EngineRefusedException"/> when it says no.
/// </summary>
public interface IContainerRuntime
{
    /// <summary>Completes when the engine answers and apps can be kept away from the host.</summary>
    Task<Errors.Result<Errors.Done>> CheckAsync(CancellationToken ct);

    /// <summary>Everything of this installation on the engine, one entry a deployment.</summary>
    Task<IReadOnlyList<ActualApp>> ListAsync(CancellationToken ct);

    /// <summary>Makes network and volume and copies the files in; what is there of an earlier try is replaced.</summary>
    Task PrepareAsync(AppSpec spec, IReadOnlyList<SourceFile> files, CancellationToken ct);

    /// <summary>Runs the build command on the files; answers how it ended.</summary>
    Task<ContainerExit> BuildAsync(AppSpec spec, IReadOnlyDictionary<string, string> environment, Action<OutputLine> output, CancellationToken ct);

    /// <summary>Starts the app's container, making it first when needed; one of an older generation is removed.</summary>
    Task StartAsync(AppSpec spec, IReadOnlyDictionary<string, string> environment, CancellationToken ct);

    /// <summary>Ends the app's process: politely, then by force after <paramref name="grace"/>. Harmless when it has ended.</summary>
    Task StopAsync(DeploymentId deployment, TimeSpan grace, CancellationToken ct);

    /// <summary>Removes everything of a deployment; harmless when nothing is there.</summary>
    Task RemoveAsync(DeploymentId deployment, CancellationToken ct);

    /// <summary>What the app wrote: the last <paramref name="tail"/> lines, then (following) what comes until it ends. Nothing without a container.</summary>
    IAsyncEnumerable<OutputLine> LogsAsync(DeploymentId deployment, int tail, bool follow, CancellationToken ct);

    /// <summary>Processor time that a container has used since it began; null when it is not running.</summary>
    Task<TimeSpan?> UsedAsync(string containerId, CancellationToken ct);

    /// <summary>What the app uses, about once a second, until it ends.</summary>
    IAsyncEnumerable<AppStats> StatsAsync(DeploymentId deployment, CancellationToken ct);

    /// <summary>One item for each thing that happens to containers of this installation; ends with the connection.</summary>
    IAsyncEnumerable<DeploymentId> EventsAsync(CancellationToken ct);
}

/// <summary>The engine does not answer, or not in time.</summary>
public sealed class EngineUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The engine will not do it, such as run an image that it does not have. The message is for the person who deploys.</summary>
public sealed class EngineRefusedException(string message, Exception? inner = null) : Exception(message, inner);
