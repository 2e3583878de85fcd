using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>Two nodes of one cluster in one process: the same room code, log and bus ports as on one.</summary>
public class SeveralNodesTests
{
    [Fact]
    public async Task An_edit_on_one_node_reaches_the_other_before_its_commit()
    {
        await using var bench = new EditingBench();
        var ada = await bench.EnterAsync(await bench.StartAsync(), bench.Ada);
        var bob = await bench.EnterAsync(bench.Node("two"), bench.Bob);
        var gate = bench.Log.Hold();
        await ada.TypeAsync("across");
        await bob.SeesAsync("across");
        gate.SetResult();
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal(1, await bench.ScalarAsync<long>("select count(*) from file_updates where file_id = @file"));
    }

    [Fact]
    public async Task A_node_that_opens_the_file_late_hears_what_is_nowhere_but_in_memory()
    {
        await using var bench = new EditingBench();
        var ada = await bench.EnterAsync(await bench.StartAsync(), bench.Ada);
        bench.Log.Refuse();
        await ada.TypeAsync("unsaved");
        await ada.Room.MoveCursorAsync(ada.Subscription, AwarenessMessage.Encode([new AwarenessEntry(5, 1, "{}"u8.ToArray())]), default);
        await ada.Room.ReadTextAsync(default);
        var bob = await bench.EnterAsync(bench.Node("two"), bench.Bob);
        await bob.SeesAsync("unsaved");
        // The greeting and its answer cross on their own, so the clock must not run away from them: cursors that are not renewed get old.
        var cursors = bob.NextAsync(RoomFrameKind.Cursors);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!cursors.IsCompleted && await pace.WaitForNextTickAsync()) bench.Time.Advance(bench.Options.CursorFlushInterval);
        var frame = await cursors;
        Assert.Contains("Ada", Encoding.UTF8.GetString(frame.Payload.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_the_bus_does_not_reach_reads_the_log()
    {
        await using var bench = new EditingBench(new EditingOptions { HeadPoll = TimeSpan.FromSeconds(1) });
        var ada = await bench.EnterAsync(await bench.StartAsync(), bench.Ada);
        var bob = await bench.EnterAsync(bench.Node("deaf", onBus: false), bench.Bob);
        await ada.TypeAsync("by the log");
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.DoesNotContain(await bob.RestAsync(), frame => frame.Kind == RoomFrameKind.Edit);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        await bob.SeesAsync("by the log");
    }

    [Fact]
    public async Task Nodes_that_append_at_once_number_without_a_gap_and_end_with_one_text()
    {
        await using var bench = new EditingBench(new EditingOptions { BusyWritesPerSecond = int.MaxValue });
        var ada = await bench.EnterAsync(await bench.StartAsync(), bench.Ada);
        var bob = await bench.EnterAsync(bench.Node("two"), bench.Bob);
        await Task.WhenAll(TypeAsync(ada, 'a'), TypeAsync(bob, 'b'));
        while ((await ada.NextAsync(RoomFrameKind.Saved)).Seq < 100) { }
        while ((await bob.NextAsync(RoomFrameKind.Saved)).Seq < 100) { }
        var cold = await bench.ColdTextAsync();
        Assert.Equal(200, cold.Length);
        await ada.SeesAsync(cold);
        await bob.SeesAsync(cold);
        Assert.Equal(0, await bench.ScalarAsync<long>("select max(seq) - count(*) from file_updates where file_id = @file"));

        static async Task TypeAsync(Member who, char letter)
        {
            for (var i = 0; i < 100; i++) await who.TypeAsync(letter.ToString());
        }
    }
}
