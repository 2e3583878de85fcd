using CollabHub.Domain.Invitations;
using CollabHub.Domain.Sessions;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// Looks four times a minute for sessions and invitations whose time has come. Every node does: each change is one conditional update,
/// which one of them makes.
/// </summary>
public sealed partial class ClockSweeps(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ClockSweeps> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            await SweepAsync("sessions", services => services.GetRequiredService<SessionClock>().SweepAsync(stoppingToken), stoppingToken);
            await SweepAsync("invitations", services => services.GetRequiredService<InvitationClock>().SweepAsync(stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(string what, Func<IServiceProvider, Task<int>> sweep, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var changed = await sweep(scope.ServiceProvider);
            if (changed > 0) Swept(log, changed, what);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            NotSwept(log, what, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The clock moved {Count} {What}.", EventName = "ClockSwept")]
    private static partial void Swept(ILogger logger, int count, string what);

    [LoggerMessage(2, LogLevel.Warning, "The clock could not look at {What}; it looks again shortly.", EventName = "ClockNotSwept")]
    private static partial void NotSwept(ILogger logger, string what, Exception exception);
}
