namespace CollabHub.Deploy;

/// <summary>How apps are kept apart from the host's network.</summary>
public enum HostFirewall
{
    /// <summary>The server keeps a rule in the host's firewall, and starts nothing when it cannot.</summary>
    Required,
    /// <summary>The server tries to, and only warns when it cannot.</summary>
    Warn,
    /// <summary>The operator has arranged it; the server does not look.</summary>
    Managed,
}

/// <summary>The engine and the bounds that every container gets; nothing in here comes from a request.</summary>
public sealed record DockerOptions
{
    /// <summary>Such as <c>unix:///var/run/docker.sock</c>.</summary>
    public Uri Endpoint { get; init; } = new("unix:///var/run/docker.sock");

    /// <summary>How long one answer of the engine may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it may take to say that it is there.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long starting may take: an engine copies the whole image on slow storage.</summary>
    public TimeSpan CreateTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a missing image of a runtime is pulled.</summary>
    public bool PullImages { get; init; } = true;

    /// <summary>How long a pull may take.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of memory, temporary files included; swap is off.</summary>
    public long MemoryBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Thousandths of a core.</summary>
    public int CpuMillis { get; init; } = 1000;

    /// <summary>The control group that containers are in, as the engine names it; null: the engine's own.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Processes and threads.</summary>
    public int Pids { get; init; } = 128;

    /// <summary>Open files of a process.</summary>
    public int OpenFiles { get; init; } = 1024;

    /// <summary>Bytes of <c>/tmp</c>, which is memory.</summary>
    public long TmpBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Bytes of one file that a process may write.</summary>
    public long FileBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes of output that the engine keeps.</summary>
    public long LogBytes { get; init; } = 10L * 1024 * 1024;

    /// <summary>User and group inside of containers; never root.</summary>
    public string User { get; init; } = "1000:1000";

    /// <summary>The OCI runtime, such as <c>runsc</c> for gVisor; null: the engine's default.</summary>
    public string? OciRuntime { get; init; }

    /// <summary>Where the networks of apps are cut from, each of 16 addresses: an IPv4 network of /16 to /24.</summary>
    public string NetworkPool { get; init; } = "10.201.0.0/16";

    /// <summary>The engine's network for builds; <c>none</c> keeps them offline.</summary>
    public string BuildNetwork { get; init; } = "none";

    /// <summary>How apps are kept away from the host.</summary>
    public HostFirewall HostFirewall { get; init; } = HostFirewall.Required;
}
