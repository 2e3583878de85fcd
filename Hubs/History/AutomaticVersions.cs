using CollabHub.Domain;
using CollabHub.Domain.History;

namespace CollabHub.Hubs.History;

/// <summary>Makes a version of every file that has fallen quiet with changes in it. What is due stands in the tables, so neither a crash nor another node matters.</summary>
public sealed partial class AutomaticVersions(IServiceScopeFactory scopes, VersionRules rules, TimeProvider clock, ILogger<AutomaticVersions> log) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = TimeSpan.FromTicks(Math.Clamp(rules.Idle.Ticks / 4, ShortestWait.Ticks, LongestWait.Ticks));
        using var timer = new PeriodicTimer(wait, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what is due stays due.
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var now = clock.GetUtcNow();
            var versions = scope.ServiceProvider.GetRequiredService<IVersionStore>();
            var due = await versions.UnversionedAsync(now - rules.Idle, now - rules.Longest, Batch, ct);
            var keeping = scope.ServiceProvider.GetRequiredService<KeepingVersions>();
            foreach (var file in due)
            {
                var kept = await keeping.KeepAutomaticallyAsync(file.Workspace, file.File, null, file.UpdatedBy, ct);
                if (kept.Error is not { } error) continue;
                NotKept(log, file.File, error.Code);
                // Tried again after another pause, not at every look.
                if (!error.IsTransient) await versions.CoverAsync(file.File, 0, now, ct);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The next tick looks again.
            Failed(log, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "No version of file {File} could be made: {Code}.", EventName = "VersionNotKept")]
    private static partial void NotKept(ILogger logger, FileId file, string code);

    [LoggerMessage(2, LogLevel.Error, "Looking for files without a version failed.", EventName = "VersionsFailed")]
    private static partial void Failed(ILogger logger, Exception exception);
}
