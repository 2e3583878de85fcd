using System.Collections.Concurrent;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Hubs.Apps;

/// <summary>Notes that apps are used, a few times a minute at most: it puts off the idle stop.</summary>
public sealed partial class AppActivity(IServiceScopeFactory scopes, DeploymentRules rules, TimeProvider time, ILogger<AppActivity> logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _every = rules.IdleTimeout / 10 < Longest ? rules.IdleTimeout / 10 : Longest;
    private readonly ConcurrentDictionary<(DeploymentId, UserId?), DateTimeOffset> _noted = [];

    /// <summary>The app was used.</summary>
    public async Task NoteAsync(DeploymentId app, UserId? user)
    {
        var now = time.GetUtcNow();
        var key = (app, user);
        var last = _noted.GetOrAdd(key, DateTimeOffset.MinValue);
        if (now - last < _every || !_noted.TryUpdate(key, now, last)) return;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IDeploymentStore>().TouchAsync(app, now, CancellationToken.None);
            if (user is { } who) await scope.ServiceProvider.GetRequiredService<IDeploymentParticipantStore>().TouchAsync(app, who, now, CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A request must not fail because its time could not be noted; the next one tries again.
            LogFailed(exception, app);
        }
    }

    /// <summary>Notes use for as long as a connection lasts.</summary>
    public async Task NoteWhileAsync(DeploymentId app, UserId? user, Task connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        while (true)
        {
            await NoteAsync(app, user);
            if (await Task.WhenAny(connection, Task.Delay(_every, time)) == connection) break;
        }
        await connection;
    }

    [LoggerMessage(1, LogLevel.Warning, "The use of deployment {Deployment} could not be noted.", EventName = "NotNoted")]
    private partial void LogFailed(Exception exception, DeploymentId deployment);
}
