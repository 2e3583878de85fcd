using CollabHub.Domain.Editing;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// Before this node stops: open files are closed with <c>server.draining</c>, what is not committed yet is, and the connections have
/// been told. Nothing is opened from the first moment on, and readiness is red.
/// </summary>
public sealed partial class Draining(RoomDirectory rooms, OpenFileCount open, OpenHubConnections connections, Settings settings, TimeProvider time, ILogger<Draining> logger) : IHostedService
{
    private static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TellLimit = TimeSpan.FromSeconds(5);

    // Guards _drained: two ways of stopping may begin at once.
    private readonly Lock _gate = new();
    private Task? _drained;

    /// <summary>Whether it has begun.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_gate) return _drained is not null;
        }
    }

    /// <summary>Drains once; every caller waits for the same end.</summary>
    public Task DrainAsync()
    {
        lock (_gate) return _drained ??= RunAsync();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => DrainAsync();

    private async Task RunAsync()
    {
        using var limit = new CancellationTokenSource(CommitLimit, time);
        var seen = settings.IsCluster ? Task.Delay(TimeSpan.FromSeconds(settings.Limits.DrainNoticeSeconds), time) : Task.CompletedTask;
        try
        {
            await rooms.DrainAsync(limit.Token);
            // Connections without an open file.
            await Spreading.RunAsync(connections.All, static connection => connection.RequestClose(), rooms.Options.DrainWindow, time, limit.Token);
            await open.WhenNone.WaitAsync(TellLimit, time);
        }
        catch (OperationCanceledException)
        {
            LogNotCommitted(rooms.Count);
        }
        catch (TimeoutException)
        {
            LogNotTold();
        }
        await seen;
    }

    [LoggerMessage(1, LogLevel.Warning, "Stopped with {Files} files that could not be committed in time; nothing of them was called saved.", EventName = "NotCommitted")]
    private partial void LogNotCommitted(int files);

    [LoggerMessage(2, LogLevel.Information, "Some connections did not take the word that the server stops; they notice by themselves.", EventName = "NotTold")]
    private partial void LogNotTold();
}
