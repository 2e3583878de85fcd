using System.Net;
using CollabHub.Deploy;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Deployments;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Apps;

/// <summary>What the gate says to a request.</summary>
public enum GateAnswer
{
    /// <summary>Pass.</summary>
    Open,
    /// <summary>No such app, or it is over.</summary>
    NoApp,
    /// <summary>It is not up yet, or not any more.</summary>
    NotRunning,
    /// <summary>Open it from its session.</summary>
    NeedsTicket,
    /// <summary>The visitor may not.</summary>
    Refused,
}

/// <summary>Where a request goes, if it may.</summary>
/// <param name="Answer">Whether it may.</param>
/// <param name="Deployment">The deployment that answers; another one than the host names when that was replaced.</param>
/// <param name="Target">Such as <c>http://10.201.3.2:8000</c>; from the table and from nowhere else.</param>
public sealed record GatePass(GateAnswer Answer, Deployment? Deployment = null, string? Target = null);

/// <summary>Decides which requests reach which app: by the tables as they are now, never by what the request says beyond its host and its cookie.</summary>
public sealed class AppGate(IServiceScopeFactory scopes, DeployOptions deploy)
{
    /// <summary>The one path of an app's origin that is not the app's.</summary>
    public const string Path = "/.collabhub/gate";

    /// <summary>The cookie that keeps the gate open.</summary>
    public const string Cookie = "collabhub_gate";

    // A session that is deployed again and again leaves a chain; links to its beginning go on working for a while.
    private const int MostReplacements = 100;

    private readonly NetworkPool _pool = NetworkPool.Parse(deploy.NetworkPool) ?? throw new InvalidOperationException("The settings were checked.");

    /// <summary>Whether a visitor (null: without a cookie) may reach the app of a host now.</summary>
    public async Task<GatePass> AskAsync(DeploymentId host, AppVisitor? visitor, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var found = await PresentAsync(services.GetRequiredService<IDeploymentStore>(), host, ct);
        if (found is null) return new GatePass(GateAnswer.NoApp);
        var answer = await AllowsAsync(services, found, visitor, ct);
        if (answer != GateAnswer.Open) return new GatePass(answer, found);
        return Target(found) is { } target ? new GatePass(GateAnswer.Open, found, target) : new GatePass(found.IsLive ? GateAnswer.NotRunning : GateAnswer.NoApp, found);
    }

    private static async Task<GateAnswer> AllowsAsync(IServiceProvider services, Deployment deployment, AppVisitor? visitor, CancellationToken ct)
    {
        if (deployment.Visibility == AppVisibility.Public) return GateAnswer.Open;
        if (visitor is null || !await services.GetRequiredService<IRefreshTokenStore>().IsLiveAsync(visitor.Family, ct)) return GateAnswer.NeedsTicket;
        var access = await services.GetRequiredService<DeploymentGuard>().FindAsync(new Actor(visitor.User, visitor.IsGuest), deployment.Id, ct);
        return access is not null && AccessPolicy.Allows(access.Role, Permission.DeploymentUse) ? GateAnswer.Open : GateAnswer.Refused;
    }

    /// <summary>The deployment of the host, or the one that took its place.</summary>
    private static async Task<Deployment?> PresentAsync(IDeploymentStore deployments, DeploymentId host, CancellationToken ct)
    {
        var present = await deployments.FindAsync(host, ct);
        for (var hops = 0; hops < MostReplacements && present is { IsWanted: false, Reason: StopReasons.Replaced, ReplacedBy: { } next }; hops++)
        {
            present = await deployments.FindAsync(next, ct);
        }
        return present;
    }

    private string? Target(Deployment deployment)
    {
        if (deployment.Status != DeploymentStatus.Running || !IPAddress.TryParse(deployment.Address, out var address) || !_pool.Contains(address)) return null;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{address}:{deployment.Port}");
    }
}
