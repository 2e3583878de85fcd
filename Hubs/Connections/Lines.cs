using System.Collections.Concurrent;
using CollabHub.Domain.Presence;

namespace CollabHub.Hubs.Connections;

/// <summary>
/// The lines of this node, looked at by one timer: who has been quiet for a while is sent a WebSocket ping, which every client answers by itself, and who
/// does not answer is silent. docs/decisions/0011-dead-lines.md.
/// </summary>
public sealed partial class Lines(PresenceOptions options, TimeProvider time, ILogger<Lines> log) : BackgroundService
{
    private readonly ConcurrentDictionary<Line, bool> _lines = new();
    private long _looked = time.GetTimestamp();
    private long _fresh;

    internal TimeProvider Time => time;

    /// <summary>The line of a request that is about to be upgraded; to be disposed when the request is over.</summary>
    public Line New() => new(this);

    /// <summary>Looks once at every line.</summary>
    internal async Task LookAsync()
    {
        var now = time.GetTimestamp();
        // A node that did not come to look did not come to listen either.
        if (time.GetElapsedTime(_looked, now) > options.SilenceLimit / 2) _fresh = now;
        _looked = now;
        foreach (var (line, _) in _lines)
        {
            if (line.Look(now, _fresh)) await TellAsync(line);
        }
    }

    private async ValueTask TellAsync(Line line)
    {
        foreach (var watcher in line.Watchers)
        {
            try
            {
                await watcher(line.IsSilent);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // One that cannot be told keeps nobody else from knowing.
                LogNotTold(log, exception);
            }
        }
    }

    internal void Add(Line line) => _lines[line] = true;

    internal void Remove(Line line) => _lines.TryRemove(line, out _);

    internal bool IsQuiet(long since, long now) => time.GetElapsedTime(since, now) >= options.PingAfter;

    internal bool IsSilent(long since, long now) => time.GetElapsedTime(since, now) >= options.SilenceLimit;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SilenceLook, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync();
    }

    [LoggerMessage(1, LogLevel.Warning, "What depends on a line could not be told how it is.", EventName = "LineNotTold")]
    private static partial void LogNotTold(ILogger logger, Exception exception);
}
