using System.Diagnostics;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

public class EditingMeterTests
{
    [Fact]
    public async Task An_edit_is_unsaved_until_its_commit_and_counted_once_per_reader()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await bench.EnterAsync(node, bench.Bob);
        var gate = bench.Log.Hold();
        await ada.TypeAsync("hello");
        await bob.SeesAsync("hello");
        Assert.InRange(node.Meter.UnsavedBytes, 10, 60);
        Assert.Equal((1, 2), (node.Meter.Received, node.Meter.Delivered));
        bench.Time.Advance(TimeSpan.FromMilliseconds(40));
        gate.SetResult();
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal(0, node.Meter.UnsavedBytes);
        var saves = node.Meter.Saves.Take();
        Assert.Equal(1, saves.Count);
        Assert.InRange(saves.P99.TotalMilliseconds, 40, 50);
    }

    [Fact]
    public async Task A_commit_is_traced_with_links_to_what_brought_its_edits()
    {
        var traced = new List<Activity>();
        using var source = new ActivitySource("test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == EditingMeter.Name || s == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (traced) traced.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        ActivityTraceId trace;
        using (var invocation = source.StartActivity("invocation"))
        {
            trace = invocation!.TraceId;
            await ada.TypeAsync("x");
        }
        await ada.NextAsync(RoomFrameKind.Saved);
        Activity commit;
        lock (traced) commit = traced.Single(a => a.OperationName == "edits.commit" && a.Links.Any(link => link.Context.TraceId == trace));
        var batch = await bench.ScalarAsync<string>("select batch_id from file_updates where file_id = @file");
        Assert.Equal(batch, commit.GetTagItem("collabhub.batch_ids"));
    }

    [Fact]
    public void Percentiles_are_at_most_a_quarter_too_high_and_a_look_starts_anew()
    {
        var window = new LatencyWindow();
        for (var ms = 1; ms <= 1000; ms++) window.Add(TimeSpan.FromMilliseconds(ms));
        var summary = window.Take();
        Assert.Equal(1000, summary.Count);
        Assert.InRange(summary.P50.TotalMilliseconds, 500, 500 * 1.25);
        Assert.InRange(summary.P99.TotalMilliseconds, 990, 990 * 1.25);
        Assert.Equal(default, window.Take());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void Latencies_beyond_the_ends_fall_into_the_outer_buckets(double ms)
    {
        var window = new LatencyWindow();
        window.Add(TimeSpan.FromMilliseconds(ms));
        Assert.Equal(1, window.Take().Count);
    }
}
