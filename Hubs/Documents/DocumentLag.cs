using System.Diagnostics.Metrics;

namespace CollabHub.Hubs.Documents;

/// <summary>How far documents are behind the tables, as the projection last saw it. Meter <c>CollabHub.Documents</c>.</summary>
public sealed class DocumentLag : IDisposable
{
    /// <summary>The name under which collectors find the instruments.</summary>
    public const string MeterName = "CollabHub.Documents";

    private readonly Meter _meter = new(MeterName);
    private readonly TimeProvider _clock;
    private long _waiting;
    private long _oldestTicks;

    /// <param name="clock">The clock.</param>
    public DocumentLag(TimeProvider clock)
    {
        _clock = clock;
        _meter.CreateObservableGauge("collabhub.documents.waiting", () => Waiting, "{changes}", "Changes that workspace documents have not followed yet.");
        _meter.CreateObservableGauge("collabhub.documents.lag", () => Oldest.TotalSeconds, "s", "Age of the oldest change that no document has followed yet.");
    }

    /// <summary>Changes that wait.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Age of the oldest of them; zero when none waits.</summary>
    public TimeSpan Oldest
    {
        get
        {
            var ticks = Interlocked.Read(ref _oldestTicks);
            return ticks == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, _clock.GetUtcNow().UtcTicks - ticks));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void Note(long waiting, DateTimeOffset? oldest)
    {
        Interlocked.Exchange(ref _waiting, waiting);
        Interlocked.Exchange(ref _oldestTicks, oldest?.UtcTicks ?? 0);
    }
}
