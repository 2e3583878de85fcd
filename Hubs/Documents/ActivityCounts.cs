using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;

namespace CollabHub.Hubs.Documents;

/// <summary>Gathers counts and writes them every few seconds, one increment for each workspace that was active; the rest at the stop.</summary>
/// <remarks>A write whose answer was lost is repeated: across an outage of the store the figures are approximate.</remarks>
public sealed partial class ActivityCounts(IWorkspaceDocuments documents, TimeProvider clock, ILogger<ActivityCounts> log) : BackgroundService, IWorkspaceActivity
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // Guards _counts.
    private readonly Lock _gate = new();
    private Dictionary<WorkspaceId, Dictionary<string, long>> _counts = [];

    /// <inheritdoc/>
    public void Count(WorkspaceId workspace, string counter, int by = 1)
    {
        if (by > 0) Add(workspace, counter, by);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // Nobody waits for figures when the process is being torn down.
            Lost(log, exception);
        }
    }

    /// <summary>Writes what has gathered; what cannot be written stays for the next time.</summary>
    internal async Task FlushAsync(CancellationToken ct)
    {
        Dictionary<WorkspaceId, Dictionary<string, long>> counts;
        lock (_gate) (counts, _counts) = (_counts, []);
        var isDown = false;
        foreach (var (workspace, of) in counts)
        {
            isDown = isDown || (await documents.CountAsync(workspace, of, ct)).Error is not null;
            if (!isDown) continue;
            foreach (var (counter, by) in of) Add(workspace, counter, by);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await FlushAsync(stoppingToken);
    }

    private void Add(WorkspaceId workspace, string counter, long by)
    {
        lock (_gate)
        {
            if (!_counts.TryGetValue(workspace, out var of)) _counts[workspace] = of = [];
            of[counter] = of.GetValueOrDefault(counter) + by;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The server stopped before the last counts of activity were written.", EventName = "ActivityLost")]
    private static partial void Lost(ILogger logger, Exception exception);
}
