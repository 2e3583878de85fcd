using CollabHub.Domain.Editing;

namespace CollabHub.Hubs.Realtime;

/// <summary>On shutdown: open files are closed with <c>server.draining</c> and what is not committed yet is, before the process ends.</summary>
public sealed partial class Draining(RoomDirectory rooms, IHostApplicationLifetime lifetime, ILogger<Draining> logger) : IHostedService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private Task _drained = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the server stops listening: its connections end by themselves then, and nothing is left to wait for.
        lifetime.ApplicationStopping.Register(() => _drained = DrainAsync());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _drained;

    private async Task DrainAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await rooms.DrainAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            LogNotDrained(rooms.Count);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Stopped with {Files} files that could not be committed in time; nothing of them was called saved.", EventName = "NotDrained")]
    private partial void LogNotDrained(int files);
}
