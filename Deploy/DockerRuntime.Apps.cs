using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CollabHub.Deploy;

/// <summary>Making, building, starting, stopping and removing.</summary>
public sealed partial class DockerRuntime
{
    private const int NetworkAttempts = 64;

    /// <inheritdoc/>
    public async Task PrepareAsync(AppSpec spec, IReadOnlyList<SourceFile> files, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(spec);
        await EnsureImageAsync(spec.Runtime, ct);
        // An earlier try may have left half of it.
        await RemoveAsync(spec.Deployment, ct);
        await MakeNetworkAsync(spec.Deployment, ct);
        var volume = new VolumesCreateParameters { Name = AppNames.Of(spec.Deployment), Labels = AppNames.Labels(await InstallationAsync(ct), spec.Deployment, "files") };
        await _engine.AskAsync((engine, token) => engine.Volumes.CreateAsync(volume, token), _options.Timeout, ct);
        var filler = await CreateAsync((await TemplateAsync(ct)).Filler(spec), ct);
        using var archive = await SourceArchive.PackAsync(files, ct);
        await _engine.AskAsync(
            (engine, token) => engine.Containers.ExtractArchiveToContainerAsync(
                filler, new ContainerPathStatParameters { Path = ContainerTemplate.SourceDirectory }, archive, token),
            _options.CreateTimeout,
            ct);
        await RemoveContainerAsync(filler, ct);
    }

    /// <inheritdoc/>
    public async Task<ContainerExit> BuildAsync(
        AppSpec spec, IReadOnlyDictionary<string, string> environment, Action<OutputLine> output, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(spec);
        await RemoveContainerAsync(AppNames.OfPart(spec.Deployment, "build"), ct);
        var container = await CreateAsync((await TemplateAsync(ct)).Build(spec, environment), ct);
        try
        {
            await StartContainerAsync(container, ct);
            await foreach (var line in ReadAsync(container, tail: int.MaxValue, follow: true, ct)) output(line with { Source = "build" });
            // The output ends with the process; how it ended follows at once.
            var seen = await _engine.AskAsync((engine, token) => engine.Containers.WaitContainerAsync(container, token), _options.Timeout, ct);
            var state = (await InspectAsync(container, ct))?.State;
            return new ContainerExit((int)seen.StatusCode, state?.OOMKilled ?? false, state?.Error);
        }
        finally
        {
            await RemoveContainerAsync(container, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async Task StartAsync(AppSpec spec, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!await IsIsolatedAsync(ct)) throw new EngineRefusedException(DeploymentErrors.NotIsolated.Message);
        var name = AppNames.Of(spec.Deployment);
        var present = await InspectAsync(name, ct);
        if (present is not null && AppNames.GenerationOf(present.Config.Labels) != spec.Generation)
        {
            await RemoveContainerAsync(name, ct);
            present = null;
        }
        if (present is null) await CreateAsync((await TemplateAsync(ct)).App(spec, environment), ct);
        if (present?.State.Running != true) await StartContainerAsync(name, ct);
    }

    /// <inheritdoc/>
    public Task StopAsync(DeploymentId deployment, TimeSpan grace, CancellationToken ct)
    {
        var parameters = new ContainerStopParameters { WaitBeforeKillSeconds = (uint)Math.Ceiling(grace.TotalSeconds) };
        return _engine.TryAsync(
            (engine, token) => engine.Containers.StopContainerAsync(AppNames.Of(deployment), parameters, token), _options.Timeout + grace, ct, HttpStatusCode.NotFound);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(DeploymentId deployment, CancellationToken ct)
    {
        await RemoveContainerAsync(AppNames.OfPart(deployment, "build"), ct);
        await RemoveContainerAsync(AppNames.OfPart(deployment, "files"), ct);
        await RemoveContainerAsync(AppNames.Of(deployment), ct);
        await RemoveNetworksAsync(deployment, ct);
        await _engine.TryAsync(
            (engine, token) => engine.Volumes.RemoveAsync(AppNames.Of(deployment), force: true, token), _options.CreateTimeout, ct, HttpStatusCode.NotFound);
    }

    private async Task EnsureImageAsync(AppRuntime runtime, CancellationToken ct)
    {
        try
        {
            await _engine.AskAsync((engine, token) => engine.Images.InspectImageAsync(runtime.Image, token), _options.Timeout, ct);
            return;
        }
        catch (EngineRefusedException refused) when (refused.InnerException is DockerImageNotFoundException)
        {
            if (!_options.PullImages) throw new EngineRefusedException($"The image of the runtime {runtime.Name} is not on the engine.", refused);
        }
        var failure = new PullProgress();
        await _engine.AskAsync(
            (engine, token) => engine.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = runtime.Image }, new AuthConfig(), failure, token), _options.PullTimeout, ct);
        // A failed pull is a line of its progress, not an exception.
        if (failure.Error is { } error) throw new EngineRefusedException($"The image of the runtime {runtime.Name} cannot be pulled: {error}");
    }

    private async Task MakeNetworkAsync(DeploymentId deployment, CancellationToken ct)
    {
        var labels = AppNames.Labels(await InstallationAsync(ct), deployment, "network");
        for (var attempt = 0; ; attempt++)
        {
            var network = NetworkOf(deployment, _pool.PieceFor(deployment, attempt), labels);
            try
            {
                await _engine.AskAsync((engine, token) => engine.Networks.CreateNetworkAsync(network, token), _options.Timeout, ct);
                return;
            }
            catch (EngineRefusedException refused) when (attempt < NetworkAttempts && refused.Message.Contains("overlap", StringComparison.OrdinalIgnoreCase))
            {
                // Taken by a neighbour: the next piece.
            }
            catch (EngineRefusedException refused) when (attempt < NetworkAttempts && refused.Message.Contains("already exists", StringComparison.OrdinalIgnoreCase))
            {
                // A server that was killed had asked for it, and the engine has only now done so.
                await RemoveNetworksAsync(deployment, ct);
            }
        }
    }

    /// <summary>By label: an engine may have several networks of one name, and then none can be named.</summary>
    private async Task RemoveNetworksAsync(DeploymentId deployment, CancellationToken ct)
    {
        var filters = await OursAsync(ct);
        filters["label"][$"{AppNames.DeploymentLabel}={deployment}"] = true;
        var networks = await _engine.AskAsync((engine, token) => engine.Networks.ListNetworksAsync(new NetworksListParameters { Filters = filters }, token), _options.Timeout, ct);
        foreach (var network in networks)
        {
            await _engine.TryAsync((engine, token) => engine.Networks.DeleteNetworkAsync(network.ID, token), _options.Timeout, ct, HttpStatusCode.NotFound);
        }
    }

    private static NetworksCreateParameters NetworkOf(DeploymentId deployment, string subnet, Dictionary<string, string> labels) => new()
    {
        Name = AppNames.Of(deployment),
        Driver = "bridge",
        Internal = true,
        EnableIPv6 = false,
        CheckDuplicate = true,
        Labels = labels,
        IPAM = new IPAM { Driver = "default", Config = [new IPAMConfig { Subnet = subnet }] },
        Options = new Dictionary<string, string>
        {
            ["com.docker.network.bridge.name"] = AppNames.BridgeOf(deployment),
            ["com.docker.network.bridge.enable_icc"] = "false",
            ["com.docker.network.bridge.enable_ip_masquerade"] = "false",
        },
    };

    private async Task<string> CreateAsync(CreateContainerParameters parameters, CancellationToken ct)
    {
        await RemoveContainerAsync(parameters.Name, ct);
        var created = await _engine.AskAsync((engine, token) => engine.Containers.CreateContainerAsync(parameters, token), _options.CreateTimeout, ct);
        return created.ID;
    }

    private async Task StartContainerAsync(string container, CancellationToken ct) => await _engine.AskAsync(
        (engine, token) => engine.Containers.StartContainerAsync(container, new ContainerStartParameters(), token), _options.CreateTimeout, ct);

    private async Task RemoveContainerAsync(string container, CancellationToken ct) => await _engine.TryAsync(
        (engine, token) => engine.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token),
        _options.CreateTimeout, ct, HttpStatusCode.NotFound, HttpStatusCode.Conflict);

    private sealed class PullProgress : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public void Report(JSONMessage value) => Error ??= value.Error?.Message ?? value.ErrorMessage;
    }
}
