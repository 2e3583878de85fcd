using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CollabHub.Domain.Editing;

/// <summary>Measures of the rooms of one node: instruments for whoever collects metrics, and running totals for the node's own figures.</summary>
/// <remarks>Safe to call from every room at once. Durations are in seconds, sizes in bytes. docs/operations.md, Metrics.</remarks>
public sealed class EditingMeter : IDisposable
{
    /// <summary>The name under which collectors find the instruments, and the traces of commits.</summary>
    public const string Name = "CollabHub.Editing";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _received;
    private readonly Counter<long> _receivedBytes;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _cursorsReceived;
    private readonly Counter<long> _cursorsDelivered;
    private readonly Counter<long> _joinsRefused;
    private readonly Counter<long> _slowReaders;
    private readonly Counter<long> _commitFailures;
    private readonly Histogram<double> _apply;
    private readonly Histogram<double> _flush;
    private readonly Histogram<double> _save;
    private long _totalReceived;
    private long _totalDelivered;
    private long _unsavedBytes;
    private long _queued;

    /// <summary>Creates the instruments.</summary>
    public EditingMeter()
    {
        _received = _meter.CreateCounter<long>("collabhub.edits.received", "{edit}", "Edits that were accepted from clients and by REST.");
        _receivedBytes = _meter.CreateCounter<long>("collabhub.edits.received_size", "By", "Bytes of accepted edits.");
        _delivered = _meter.CreateCounter<long>("collabhub.edits.delivered", "{edit}", "Edits times the subscribers that they were offered to.");
        _refused = _meter.CreateCounter<long>("collabhub.edits.refused", "{edit}", "Edits that were refused, by code.");
        _cursorsReceived = _meter.CreateCounter<long>("collabhub.cursors.received", "{state}", "Cursor states taken from clients.");
        _cursorsDelivered = _meter.CreateCounter<long>("collabhub.cursors.delivered", "{state}", "Cursor states times the subscribers that they were offered to.");
        _joinsRefused = _meter.CreateCounter<long>("collabhub.joins.refused", "{connection}", "Connections that a full file did not take, by code.");
        _slowReaders = _meter.CreateCounter<long>("collabhub.slow_readers", "{connection}", "Subscribers closed because they read too slowly.");
        _commitFailures = _meter.CreateCounter<long>("collabhub.commit.failures", "{attempt}", "Commits that failed and are tried again, by code.");
        _apply = _meter.CreateHistogram("collabhub.edit.apply.duration", "s", "Decoding one edit and applying it to the replica.", advice: Buckets(Fine));
        _flush = _meter.CreateHistogram("collabhub.flush.duration", "s", "Merging what is due and offering it to all subscribers.", advice: Buckets(Fine));
        _save = _meter.CreateHistogram("collabhub.edit.save.duration", "s", "From the acceptance of an edit to its commit.", advice: Buckets(Coarse));
        _meter.CreateObservableUpDownCounter("collabhub.unsaved.size", () => Interlocked.Read(ref _unsavedBytes), "By", "Bytes of accepted edits without a commit.");
        _meter.CreateObservableUpDownCounter("collabhub.rooms.queue", () => Interlocked.Read(ref _queued), "{message}", "Messages that wait in the inboxes of rooms.");
    }

    /// <summary>Where commits are traced: one activity per append, linked to the invocations whose edits it carries.</summary>
    public static ActivitySource Traces { get; } = new(Name);

    /// <summary>Save latencies since the last look, for the node's own figures.</summary>
    public LatencyWindow Saves { get; } = new();

    /// <summary>Edits taken since the start.</summary>
    public long Received => Interlocked.Read(ref _totalReceived);

    /// <summary>Edits delivered since the start, counted per subscriber.</summary>
    public long Delivered => Interlocked.Read(ref _totalDelivered);

    /// <summary>Bytes of accepted edits without a commit.</summary>
    public long UnsavedBytes => Interlocked.Read(ref _unsavedBytes);

    private static double[] Fine => [.000_001, .000_005, .000_01, .000_05, .000_1, .000_5, .001, .005, .01, .05, .1];

    private static double[] Coarse => [.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 30];

    private static InstrumentAdvice<double> Buckets(double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    internal void EditAccepted(int bytes)
    {
        Interlocked.Increment(ref _totalReceived);
        Interlocked.Add(ref _unsavedBytes, bytes);
        _received.Add(1);
        _receivedBytes.Add(bytes);
    }

    internal void EditRefused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    internal void JoinRefused(string code) => _joinsRefused.Add(1, new KeyValuePair<string, object?>("code", code));

    internal void Applied(TimeSpan elapsed) => _apply.Record(elapsed.TotalSeconds);

    internal void Flushed(TimeSpan elapsed, long deliveries)
    {
        Interlocked.Add(ref _totalDelivered, deliveries);
        _delivered.Add(deliveries);
        _flush.Record(elapsed.TotalSeconds);
    }

    internal void EditSaved(TimeSpan elapsed)
    {
        _save.Record(elapsed.TotalSeconds);
        Saves.Add(elapsed);
    }

    internal void NoLongerUnsaved(long bytes) => Interlocked.Add(ref _unsavedBytes, -bytes);

    internal void CommitFailed(string code) => _commitFailures.Add(1, new KeyValuePair<string, object?>("code", code));

    internal void CursorsTaken(int states) => _cursorsReceived.Add(states);

    internal void CursorsOffered(long deliveries) => _cursorsDelivered.Add(deliveries);

    /// <summary>A connection was cut because it takes less than is sent to it.</summary>
    public void SlowReader() => _slowReaders.Add(1);

    internal void Queued() => Interlocked.Increment(ref _queued);

    internal void Unqueued() => Interlocked.Decrement(ref _queued);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
