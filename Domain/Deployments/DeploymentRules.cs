namespace CollabHub.Domain.Deployments;

/// <summary>How apps of one kind are built and run; configured, never chosen by a request beyond its name.</summary>
/// <param name="Name">Such as <c>python</c>.</param>
/// <param name="Image">The image, by tag or digest; the allow-list of images is the list of runtimes.</param>
/// <param name="Build">The build command and its arguments; empty: the files run as they are.</param>
/// <param name="Start">The start command and its arguments; <c>{port}</c> stands for the port.</param>
/// <param name="Port">Where the app has to listen.</param>
/// <param name="Languages">The session languages that it is for, in lower case.</param>
/// <param name="IsStatic">Whether it serves the files of sessions that have no server process.</param>
public sealed record AppRuntime(
    string Name, string Image, IReadOnlyList<string> Build, IReadOnlyList<string> Start, int Port, IReadOnlyList<string> Languages, bool IsStatic);

/// <summary>The configured runtimes.</summary>
public sealed record AppRuntimes(IReadOnlyList<AppRuntime> All)
{
    /// <summary>The runtime for a session: the static one without a server process, else by language; null when there is none.</summary>
    public AppRuntime? For(Sessions.Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!session.IsDynamic) return All.FirstOrDefault(runtime => runtime.IsStatic);
        var language = session.Language?.Trim();
        return All.FirstOrDefault(runtime =>
            !runtime.IsStatic && (Is(runtime.Name, language) || runtime.Languages.Any(name => Is(name, language))));
    }

    /// <summary>The runtime with that name, or null: it may have been removed from the configuration.</summary>
    public AppRuntime? Named(string name) => All.FirstOrDefault(runtime => runtime.Name == name);

    private static bool Is(string name, string? language) => string.Equals(name, language, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What apps may use and how long they may run; configuration section <c>Deploy</c>.</summary>
public sealed record DeploymentRules
{
    /// <summary>Apps that one account has at the same time.</summary>
    public int AppsPerUser { get; init; } = 2;

    /// <summary>Apps of all accounts together.</summary>
    public int AppsPerNode { get; init; } = 50;

    /// <summary>UTF-8 bytes of all files of an app.</summary>
    public long MaxSourceBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Whether deploying needs a verified address.</summary>
    public bool RequireVerifiedEmail { get; init; }

    /// <summary>How long a build may take.</summary>
    public TimeSpan BuildTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an app may take until it answers.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a running app may not answer before it is unhealthy.</summary>
    public TimeSpan UnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An app that nobody uses for so long stops.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How long before the idle stop it is announced.</summary>
    public TimeSpan IdleWarning { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest that an app runs.</summary>
    public TimeSpan MaxLife { get; init; } = TimeSpan.FromHours(8);

    /// <summary>An app that is busy (<see cref="BusyPercent"/>) for so long ends; zero: none does.</summary>
    public TimeSpan BusyTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The part of the processor time that it may use from which on an app is busy.</summary>
    public int BusyPercent { get; init; } = 90;

    /// <summary>How long an app that is stopped may take before it is killed.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a crashed app is started again by itself, 0 to 3.</summary>
    public int MaxRestarts { get; init; }

    /// <summary>How long a replaced app goes on at least: requests may be on their way to it.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much longer than <see cref="DrainTime"/> it goes on while it is still answering.</summary>
    public TimeSpan LongestAnswer { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Where apps answer.</summary>
public interface IAppUrls
{
    /// <summary>The URL of one app, with a slash at its end.</summary>
    string Of(DeploymentId deployment);
}
