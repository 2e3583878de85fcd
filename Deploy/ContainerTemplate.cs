using System.Globalization;
using CollabHub.Domain.Deployments;
using Docker.DotNet.Models;

namespace CollabHub.Deploy;

/// <summary>
/// The one template from which containers are made. Everything that could lead out is closed here, and a test compares each field with what
/// the engine says of a real container. docs/decisions/0007-deployments.md.
/// </summary>
internal sealed class ContainerTemplate(DockerOptions options, string installation)
{
    /// <summary>Where the files of an app are.</summary>
    public const string SourceDirectory = "/app";

    /// <summary>A name server that is nowhere (RFC 5737): without one of its own, an engine asks the host's on behalf of a container that has no way out.</summary>
    public const string NoNameServer = "192.0.2.1";

    private const int LogFiles = 2;
    private const long NanosPerMilli = 1_000_000;
    private const int SacrificedFirst = 500;

    // Of 1024, which is what the server and everything else beside the containers has.
    private const int CpuWeight = 128;

    /// <summary>The container of the app: the files read-only, in the network of the deployment.</summary>
    public CreateContainerParameters App(AppSpec spec, IReadOnlyDictionary<string, string> environment) => Make(
        spec, AppNames.Of(spec.Deployment), AppNames.AppPart, spec.Generation, Command(spec.Runtime.Start, spec.Runtime.Port), environment,
        AppNames.Of(spec.Deployment), filesReadOnly: true);

    /// <summary>The container of the build: the files writable.</summary>
    public CreateContainerParameters Build(AppSpec spec, IReadOnlyDictionary<string, string> environment) => Make(
        spec, AppNames.OfPart(spec.Deployment, "build"), "build", 0, Command(spec.Runtime.Build, spec.Runtime.Port), environment,
        options.BuildNetwork, filesReadOnly: false);

    /// <summary>A container that never starts; files can be copied through it, which a read-only root refuses.</summary>
    public CreateContainerParameters Filler(AppSpec spec)
    {
        var filler = Make(
            spec, AppNames.OfPart(spec.Deployment, "files"), "files", 0, Command(spec.Runtime.Start, spec.Runtime.Port), new Dictionary<string, string>(),
            "none", filesReadOnly: false);
        filler.HostConfig.ReadonlyRootfs = false;
        return filler;
    }

    private CreateContainerParameters Make(
        AppSpec spec, string name, string part, int generation, List<string> command, IReadOnlyDictionary<string, string> environment, string network,
        bool filesReadOnly) => new()
    {
        Name = name,
        Image = spec.Runtime.Image,
        Entrypoint = [],
        Cmd = command,
        User = options.User,
        WorkingDir = SourceDirectory,
        Hostname = "app",
        Env = [.. environment.Select(variable => $"{variable.Key}={variable.Value}"), $"PORT={Text(spec.Runtime.Port)}", "HOME=/tmp"],
        Labels = AppNames.Labels(installation, spec.Deployment, part, generation),
        Healthcheck = new HealthConfig { Test = ["NONE"] },
        HostConfig = new HostConfig
        {
            CapDrop = ["ALL"],
            SecurityOpt = ["no-new-privileges:true"],
            ReadonlyRootfs = true,
            Tmpfs = new Dictionary<string, string> { ["/tmp"] = $"rw,noexec,nosuid,nodev,mode=1777,size={Text(options.TmpBytes)}" },
            Mounts = [new Mount { Type = "volume", Source = AppNames.Of(spec.Deployment), Target = SourceDirectory, ReadOnly = filesReadOnly }],
            Memory = options.MemoryBytes,
            MemorySwap = options.MemoryBytes,
            NanoCPUs = options.CpuMillis * NanosPerMilli,
            CPUShares = CpuWeight,
            CgroupParent = options.CgroupParent,
            PidsLimit = options.Pids,
            OomScoreAdj = SacrificedFirst,
            Ulimits =
            [
                new Ulimit { Name = "nofile", Soft = options.OpenFiles, Hard = options.OpenFiles },
                new Ulimit { Name = "fsize", Soft = options.FileBytes, Hard = options.FileBytes },
                new Ulimit { Name = "core", Soft = 0, Hard = 0 },
            ],
            NetworkMode = network,
            DNS = [NoNameServer],
            IpcMode = "private",
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
            LogConfig = new LogConfig
            {
                Type = "json-file",
                Config = new Dictionary<string, string> { ["max-size"] = Text(options.LogBytes / LogFiles), ["max-file"] = Text(LogFiles) },
            },
            Runtime = options.OciRuntime,
        },
    };

    private static List<string> Command(IReadOnlyList<string> command, int port) =>
        [.. command.Select(part => part.Replace("{port}", Text(port), StringComparison.Ordinal))];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
