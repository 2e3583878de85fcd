namespace CollabHub.Hubs.Options;

/// <summary>Running sessions' files as apps. Their bounds are under <see cref="LimitsOptions"/>.</summary>
public sealed class DeployOptions
{
    /// <summary>The container engine: <c>unix://</c> and a path, or <c>tcp://host:port</c>.</summary>
    public string DockerEndpoint { get; set; } = "unix:///var/run/docker.sock";

    /// <summary>The URL of an app; <c>{deploymentId}</c> stands for its id. Absent: <c>http://{deploymentId}.apps.localhost:PORT/</c> with the server's own port.</summary>
    public string? PublicUrlTemplate { get; set; }

    /// <summary><c>required</c>, <c>warn</c> or <c>managed</c>: what happens when apps cannot be kept away from the host's network.</summary>
    public string HostFirewall { get; set; } = "required";

    /// <summary>Where the networks of apps are cut from, 16 addresses each: an IPv4 network of /16 to /24 that nobody else uses.</summary>
    public string NetworkPool { get; set; } = "10.201.0.0/16";

    /// <summary>The engine's network for builds; <c>none</c>: builds are offline.</summary>
    public string BuildNetwork { get; set; } = "none";

    /// <summary>The OCI runtime, such as <c>runsc</c>; absent: the engine's default.</summary>
    public string? OciRuntime { get; set; }

    /// <summary>The control group that apps are in, such as <c>collabhub-apps.slice</c>; absent: the engine's own.</summary>
    public string? CgroupParent { get; set; }

    /// <summary>Whether a missing image of a runtime is pulled.</summary>
    public bool PullImages { get; set; } = true;

    /// <summary>How long one answer of the engine may take.</summary>
    [Bound(1, 600)]
    public int EngineTimeoutSeconds { get; set; } = 10;

    /// <summary>The longest time between two looks at the engine; its events are acted on at once.</summary>
    [Bound(1, 600)]
    public int ReconcileSeconds { get; set; } = 5;

    /// <summary>How long a build may take.</summary>
    [Bound(1, 86_400)]
    public int BuildSeconds { get; set; } = 300;

    /// <summary>How long an app may take until it answers.</summary>
    [Bound(1, 3_600)]
    public int StartSeconds { get; set; } = 60;

    /// <summary>How long a running app may not take connections before it is unhealthy.</summary>
    [Bound(1, 3_600)]
    public int UnhealthySeconds { get; set; } = 30;

    /// <summary>How often a crashed app is started again by itself.</summary>
    [Bound(0, 3)]
    public int MaxRestarts { get; set; }

    /// <summary>How long a replaced app goes on; what it is answering then gets up to <see cref="LimitsOptions.AppAnswerSeconds"/> more.</summary>
    [Bound(0, 600)]
    public int DrainSeconds { get; set; } = 5;

    /// <summary>An app that nobody uses for so long stops.</summary>
    [Bound(1, 31_536_000)]
    public int IdleSeconds { get; set; } = 3_600;

    /// <summary>How long before that it is announced.</summary>
    [Bound(0, 86_400)]
    public int IdleWarningSeconds { get; set; } = 300;

    /// <summary>The longest that an app runs.</summary>
    [Bound(1, 31_536_000)]
    public int MaxLifeSeconds { get; set; } = 28_800;

    /// <summary>How long an app that is stopped may take before it is killed.</summary>
    [Bound(1, 60)]
    public int StopSeconds { get; set; } = 3;

    /// <summary>An app that is busy for so long ends as <c>unhealthy</c>; 0: none does.</summary>
    [Bound(0, 31_536_000)]
    public int BusySeconds { get; set; } = 1_800;

    /// <summary>The percentage of <see cref="LimitsOptions.AppCpuMillis"/> from which on an app is busy.</summary>
    [Bound(1, 100)]
    public int BusyPercent { get; set; } = 90;

    /// <summary>How apps are run, by name.</summary>
    public Dictionary<string, RuntimeOptions> Runtimes { get; set; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["static"] = new() { Image = "busybox:1.37", Start = "httpd -f -p {port} -h /app", IsStatic = true },
        ["python"] = new() { Image = "python:3.13-slim", Start = "python3 main.py", Languages = "py" },
        ["node"] = new() { Image = "node:24-slim", Start = "node server.js", Languages = "javascript,js" },
        ["dotnet"] = new()
        {
            Image = "mcr.microsoft.com/dotnet/sdk:10.0", Build = "dotnet publish -c Release -o .out -p:AssemblyName=app -p:UseAppHost=false",
            Start = "dotnet .out/app.dll --urls http://0.0.0.0:{port}", Languages = "csharp,c#,fsharp",
        },
    };
}

/// <summary>One way of running apps.</summary>
public sealed class RuntimeOptions
{
    /// <summary>The image; only images that are named here ever run.</summary>
    public string Image { get; set; } = "";

    /// <summary>The build command; arguments are separated by spaces, quotes hold one together. Absent: the files run as they are.</summary>
    public string? Build { get; set; }

    /// <summary>The start command; <c>{port}</c> stands for the port, which the app also finds in <c>PORT</c>.</summary>
    public string Start { get; set; } = "";

    /// <summary>Where the app listens.</summary>
    [Bound(1_024, 65_535)]
    public int Port { get; set; } = 8_000;

    /// <summary>Session languages beside its own name, with commas.</summary>
    public string? Languages { get; set; }

    /// <summary>Whether it is for sessions without a server process.</summary>
    public bool IsStatic { get; set; }
}
