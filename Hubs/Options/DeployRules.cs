using System.Text;
using CollabHub.Deploy;
using CollabHub.Domain.Deployments;

namespace CollabHub.Hubs.Options;

/// <summary>From the settings to what the domain and the engine understand, and what may be wrong on the way.</summary>
internal static class DeployRules
{
    private const string IdPlaceholder = "{deploymentId}";

    public static void Check(DeployOptions deploy, SettingsReader found)
    {
        if (!Uri.TryCreate(deploy.DockerEndpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("unix" or "tcp" or "http" or "https" or "npipe"))
        {
            found.Refuse("Deploy:DockerEndpoint", "must be a URL such as unix:///var/run/docker.sock or tcp://host:2375");
        }
        if (FirewallOf(deploy) is not { } firewall) found.Refuse("Deploy:HostFirewall", "must be required, warn or managed");
        else if (firewall != HostFirewall.Managed && endpoint is { Scheme: not "unix" }) found.Refuse("Deploy:HostFirewall", "must be managed when the engine is on another machine");
        if (deploy.PublicUrlTemplate is { } template && !IsTemplate(template))
        {
            found.Refuse("Deploy:PublicUrlTemplate", $"must be an http or https URL whose host begins with {IdPlaceholder}. and goes on, with / as its path");
        }
        if (NetworkPool.Parse(deploy.NetworkPool) is null) found.Refuse("Deploy:NetworkPool", "must be an IPv4 network of /16 to /24, such as 10.201.0.0/16");
        foreach (var (name, runtime) in deploy.Runtimes) Check($"Deploy:Runtimes:{name}", runtime, found);
    }

    public static HostFirewall? FirewallOf(DeployOptions deploy) => deploy.HostFirewall switch
    {
        "required" => HostFirewall.Required,
        "warn" => HostFirewall.Warn,
        "managed" => HostFirewall.Managed,
        _ => null,
    };

    public static AppRuntimes ToRuntimes(this DeployOptions deploy) => new(
    [
        .. deploy.Runtimes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new AppRuntime(
            pair.Key, pair.Value.Image, Split(pair.Value.Build) ?? [], Split(pair.Value.Start) ?? [], pair.Value.Port,
            (pair.Value.Languages ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), pair.Value.IsStatic)),
    ]);

    public static DeploymentRules ToRules(this Settings settings)
    {
        var (deploy, limits) = (settings.Deploy, settings.Limits);
        return new DeploymentRules
        {
            AppsPerUser = limits.AppsPerUser, AppsPerNode = limits.AppsPerNode, MaxSourceBytes = limits.AppSourceBytes,
            RequireVerifiedEmail = settings.Auth.RequireVerifiedEmail ?? !string.IsNullOrEmpty(settings.Email.Smtp.Host),
            BuildTimeout = TimeSpan.FromSeconds(deploy.BuildSeconds), StartTimeout = TimeSpan.FromSeconds(deploy.StartSeconds),
            UnhealthyAfter = TimeSpan.FromSeconds(deploy.UnhealthySeconds), IdleTimeout = TimeSpan.FromSeconds(deploy.IdleSeconds),
            IdleWarning = TimeSpan.FromSeconds(Math.Min(deploy.IdleWarningSeconds, deploy.IdleSeconds)), MaxLife = TimeSpan.FromSeconds(deploy.MaxLifeSeconds),
            BusyTime = TimeSpan.FromSeconds(deploy.BusySeconds), BusyPercent = deploy.BusyPercent, StopGrace = TimeSpan.FromSeconds(deploy.StopSeconds),
            MaxRestarts = deploy.MaxRestarts, DrainTime = TimeSpan.FromSeconds(deploy.DrainSeconds), LongestAnswer = TimeSpan.FromSeconds(limits.AppAnswerSeconds),
        };
    }

    public static DockerOptions ToDocker(this Settings settings)
    {
        var (deploy, limits) = (settings.Deploy, settings.Limits);
        return new DockerOptions
        {
            Endpoint = new Uri(deploy.DockerEndpoint), Timeout = TimeSpan.FromSeconds(deploy.EngineTimeoutSeconds), PullImages = deploy.PullImages,
            PullTimeout = TimeSpan.FromSeconds(deploy.BuildSeconds), MemoryBytes = limits.AppMemoryBytes, CpuMillis = limits.AppCpuMillis, CgroupParent = deploy.CgroupParent, Pids = limits.AppProcesses,
            OpenFiles = limits.AppOpenFiles, TmpBytes = limits.AppTmpBytes, FileBytes = limits.AppFileBytes, LogBytes = limits.AppLogBytes,
            OciRuntime = deploy.OciRuntime, NetworkPool = deploy.NetworkPool, BuildNetwork = deploy.BuildNetwork, HostFirewall = FirewallOf(deploy) ?? HostFirewall.Required,
        };
    }

    /// <summary>Whether app hosts can be told from every other host: the id first, then a domain.</summary>
    private static bool IsTemplate(string template)
    {
        var sample = template.Replace(IdPlaceholder, Guid.Empty.ToString("D"), StringComparison.Ordinal);
        return template.Split(IdPlaceholder).Length == 2 && Uri.TryCreate(sample, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url.AbsolutePath == "/" && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
            && url.Host.StartsWith(Guid.Empty.ToString("D") + ".", StringComparison.OrdinalIgnoreCase);
    }

    private static void Check(string key, RuntimeOptions runtime, SettingsReader found)
    {
        if (string.IsNullOrWhiteSpace(runtime.Image) || runtime.Image.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) found.Refuse(key + ":Image", "must name an image");
        if (Split(runtime.Start) is not { Count: > 0 }) found.Refuse(key + ":Start", "must be a command");
        if (runtime.Build is { } build && Split(build) is not { Count: > 0 }) found.Refuse(key + ":Build", "must be a command");
    }

    /// <summary>The words of a command; null when a quote stays open.</summary>
    private static List<string>? Split(string? command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char? quote = null;
        var inWord = false;
        foreach (var c in command ?? "")
        {
            if (quote == c) quote = null;
            else if (quote is null && c is '"' or '\'') (quote, inWord) = (c, true);
            else if (quote is null && c == ' ')
            {
                if (inWord) words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }
        if (inWord) words.Add(word.ToString());
        return quote is null ? words : null;
    }
}
