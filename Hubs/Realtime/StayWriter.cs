using CollabHub.Domain.UserSessions;

namespace CollabHub.Hubs.Realtime;

/// <summary>Keeps the rows of people's stays up to date: heals what was left open at the start, ends its own at the stop.</summary>
public sealed partial class StayWriter(IServiceScopeFactory scopes, StayRegister register, TimeProvider clock, ILogger<StayWriter> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private const int LostEvery = 60;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(register.TakeAll(), cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(stays => stays.HealAsync(stoppingToken), stoppingToken);
        using var timer = new PeriodicTimer(Every, clock);
        for (var turn = 0; await timer.WaitForNextTickAsync(stoppingToken); turn++)
        {
            await WriteAsync(register.TakeDue(), stoppingToken);
            if (turn % LostEvery == 0) await TryAsync(stays => stays.EndLostAsync(stoppingToken), stoppingToken);
        }
    }

    private async Task WriteAsync(IReadOnlyList<StayChange> due, CancellationToken ct)
    {
        if (due.Count == 0) return;
        await TryAsync(
            async stays =>
            {
                var (failed, reason) = await stays.WriteAsync(due, ct);
                register.Failed(failed);
                if (reason is not null) NotWritten(log, failed.Count, reason);
            },
            ct);
    }

    private async Task TryAsync(Func<RecordingStays, Task> work, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider.GetRequiredService<RecordingStays>());
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            NotHealed(log, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The stays of {Count} people could not be written; they are tried again.", EventName = "StaysNotWritten")]
    private static partial void NotWritten(ILogger logger, int count, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Stays that nodes left open could not be ended; tried again within a minute.", EventName = "StaysNotHealed")]
    private static partial void NotHealed(ILogger logger, Exception exception);
}
