using Docker.DotNet.Models;

namespace CollabHub.Tests.Deploy;

/// <summary>What tests ask the engine behind the server's back.</summary>
internal static class EngineQueries
{
    /// <summary>The names of containers, networks and volumes of a deployment.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(this DockerEngine engine, Guid deployment) =>
        [.. (await engine.AllAsync()).Where(name => name.Contains(DeployRig.Name(deployment), StringComparison.Ordinal))];

    /// <summary>The names of everything that servers of ours made.</summary>
    public static async Task<IReadOnlyList<string>> AllAsync(this DockerEngine engine)
    {
        var containers = await engine.Client.Containers.ListContainersAsync(new ContainersListParameters { All = true });
        var networks = await engine.Client.Networks.ListNetworksAsync();
        var volumes = await engine.Client.Volumes.ListAsync();
        return
        [
            .. containers.SelectMany(container => container.Names).Select(name => "container " + name),
            .. networks.Where(network => network.Name.StartsWith("collabhub-", StringComparison.Ordinal)).Select(network => "network " + network.Name),
            .. (volumes.Volumes ?? []).Select(volume => "volume " + volume.Name),
        ];
    }

    /// <summary>The app's container as the engine sees it.</summary>
    public static Task<ContainerInspectResponse> InspectAsync(this DockerEngine engine, Guid deployment) =>
        engine.Client.Containers.InspectContainerAsync(DeployRig.Name(deployment));
}
