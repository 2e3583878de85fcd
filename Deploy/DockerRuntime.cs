using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Errors;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CollabHub.Deploy;

/// <summary>What the runtime meets on its way that an operator should know.</summary>
public interface IDockerObserver
{
    /// <summary>The firewall rule is not in place; <paramref name="refused"/>: so nothing is started.</summary>
    void NotIsolated(string problem, bool refused);

    /// <summary>The engine is one from which containers may break out; told once for each engine that answers.</summary>
    void WeakEngine(IReadOnlyList<string> concerns);
}

/// <summary>The Docker engine behind the port. One network, one volume and one container a deployment, all named by it.</summary>
public sealed partial class DockerRuntime : IContainerRuntime, IDisposable
{
    private readonly DockerOptions _options;
    private readonly Func<CancellationToken, Task<string>> _installation;
    private readonly IDockerObserver _observer;
    private readonly DockerClient _client;
    private readonly EngineCalls _engine;
    private readonly FirewallRule _firewall;
    private readonly NetworkPool _pool;
    private readonly TimeProvider _time;
    private string? _installationName;
    private string? _lastProblem;
    private EngineState? _lastState;
    private bool _engineKnown;

    /// <param name="options">The engine and the bounds.</param>
    /// <param name="installation">The name of this installation; asked once.</param>
    /// <param name="observer">Hears of what an operator should know.</param>
    /// <param name="time">The clock.</param>
    public DockerRuntime(DockerOptions options, Func<CancellationToken, Task<string>> installation, IDockerObserver observer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _installation = installation;
        _observer = observer;
        _time = time;
        _pool = NetworkPool.Parse(options.NetworkPool) ?? throw new ArgumentException("The network pool is not one.", nameof(options));
        using var configuration = new DockerClientConfiguration(options.Endpoint, defaultTimeout: Timeout.InfiniteTimeSpan);
        _client = configuration.CreateClient();
        _engine = new EngineCalls(_client, time);
        _firewall = new FirewallRule(time);
    }

    /// <inheritdoc/>
    public async Task<Result<Done>> CheckAsync(CancellationToken ct)
    {
        try
        {
            await _engine.AskAsync((engine, token) => engine.System.PingAsync(token), _options.PingTimeout, ct);
        }
        catch (Exception exception) when (exception is EngineUnavailableException or EngineRefusedException)
        {
            return DeploymentErrors.EngineUnavailable;
        }
        return await IsIsolatedAsync(ct) ? default(Done) : DeploymentErrors.NotIsolated;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActualApp>> ListAsync(CancellationToken ct)
    {
        await LookAtEngineAsync(ct);
        var filters = await OursAsync(ct);
        var containers = await _engine.AskAsync(
            (engine, token) => engine.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, token), _options.Timeout, ct);
        var networks = await _engine.AskAsync(
            (engine, token) => engine.Networks.ListNetworksAsync(new NetworksListParameters { Filters = filters }, token), _options.Timeout, ct);
        var volumes = await _engine.AskAsync(
            (engine, token) => engine.Volumes.ListAsync(new VolumesListParameters { Filters = filters }, token), _options.Timeout, ct);
        var found = new Dictionary<DeploymentId, ActualApp>();
        foreach (var labels in networks.Select(network => network.Labels).Concat((volumes.Volumes ?? []).Select(volume => volume.Labels)).Concat(containers.Select(c => c.Labels)))
        {
            if (AppNames.DeploymentOf(labels) is { } id) found.TryAdd(id, new ActualApp(id, 0, null, AppState.None, null, null, null));
        }
        foreach (var container in containers.Where(container => container.Labels.TryGetValue(AppNames.PartLabel, out var part) && part == AppNames.AppPart))
        {
            if (AppNames.DeploymentOf(container.Labels) is { } id && await InspectAsync(container.ID, ct) is { } seen) found[id] = ToActual(id, seen);
        }
        return [.. found.Values];
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Says once what is wrong with the engine, and again when another one answers.</summary>
    private async Task LookAtEngineAsync(CancellationToken ct)
    {
        if (_engineKnown) return;
        var version = await _engine.AskAsync((engine, token) => engine.System.GetVersionAsync(token), _options.Timeout, ct);
        var info = await _engine.AskAsync((engine, token) => engine.System.GetSystemInfoAsync(token), _options.Timeout, ct);
        var state = EngineState.From(version, info, _options.OciRuntime);
        if (state.Concerns.Count > 0 && state != _lastState) _observer.WeakEngine(state.Concerns);
        (_lastState, _engineKnown) = (state, true);
    }

    private async Task<ContainerInspectResponse?> InspectAsync(string container, CancellationToken ct)
    {
        try
        {
            return await _engine.AskAsync((engine, token) => engine.Containers.InspectContainerAsync(container, token), _options.Timeout, ct);
        }
        catch (EngineRefusedException refused) when (refused.InnerException is DockerContainerNotFoundException)
        {
            return null;
        }
    }

    private static ActualApp ToActual(DeploymentId id, ContainerInspectResponse seen)
    {
        var state = seen.State.Running ? AppState.Running : seen.State.Status == "created" ? AppState.Created : AppState.Exited;
        var address = seen.NetworkSettings.Networks.TryGetValue(AppNames.Of(id), out var network) && network.IPAddress.Length > 0 ? network.IPAddress : null;
        var exit = state == AppState.Exited ? new ContainerExit((int)seen.State.ExitCode, seen.State.OOMKilled, seen.State.Error) : null;
        var started = DateTimeOffset.TryParse(seen.State.StartedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year > 1 ? at : (DateTimeOffset?)null;
        return new ActualApp(id, AppNames.GenerationOf(seen.Config.Labels), seen.ID, state, address, exit, started);
    }

    private async Task<bool> IsIsolatedAsync(CancellationToken ct)
    {
        if (_options.HostFirewall == HostFirewall.Managed) return true;
        var problem = await _firewall.EnsureAsync(ct);
        var refused = _options.HostFirewall == HostFirewall.Required;
        if (problem is not null && problem != _lastProblem) _observer.NotIsolated(problem, refused);
        _lastProblem = problem;
        return problem is null || !refused;
    }

    private async Task<string> InstallationAsync(CancellationToken ct) => _installationName ??= await _installation(ct);

    private async Task<Dictionary<string, IDictionary<string, bool>>> OursAsync(CancellationToken ct) => new()
    {
        ["label"] = new Dictionary<string, bool> { [$"{AppNames.InstallationLabel}={await InstallationAsync(ct)}"] = true },
    };

    private async Task<ContainerTemplate> TemplateAsync(CancellationToken ct) => new(_options, await InstallationAsync(ct));
}
