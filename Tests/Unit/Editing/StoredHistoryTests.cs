using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>What is in the log comes back, and what is damaged is neither served nor overwritten.</summary>
public class StoredHistoryTests
{
    private static readonly EditingOptions Often = new() { SnapshotRecords = 10 };

    [Fact]
    public async Task A_file_comes_back_from_snapshot_and_tail_on_a_node_without_memory()
    {
        await using var bench = new EditingBench(Often);
        var expected = await TypeAsync(bench, await bench.StartAsync(), 45);
        Assert.InRange(await bench.ScalarAsync<long>("select count(*) from file_snapshots where file_id = @file"), 2, 2);
        Assert.InRange(await bench.ScalarAsync<long>("select count(*) from file_updates where file_id = @file"), 1, 25);
        var reader = await bench.EnterAsync(bench.Node("cold", onBus: false), bench.Bob);
        await reader.NextAsync(RoomFrameKind.Sync);
        Assert.Equal(expected, reader.Text);
    }

    [Theory]
    [InlineData("update file_snapshots set payload = zeroblob(length(payload)) where file_id = @file and seq = (select max(seq) from file_snapshots)")]
    [InlineData("update file_snapshots set payload = substr(payload, 1, 10) where file_id = @file and seq = (select max(seq) from file_snapshots)")]
    [InlineData("update file_snapshots set payload = x'' where file_id = @file and seq = (select max(seq) from file_snapshots)")]
    public async Task A_damaged_snapshot_is_put_aside_and_the_one_before_it_and_the_log_give_the_same_text(string damage)
    {
        await using var bench = new EditingBench(Often);
        var expected = await TypeAsync(bench, await bench.StartAsync(), 45);
        await bench.ExecuteAsync(damage);
        var reader = await bench.EnterAsync(bench.Node("cold", onBus: false), bench.Bob);
        await reader.NextAsync(RoomFrameKind.Sync);
        Assert.Equal(expected, reader.Text);
        Assert.Equal(1, await bench.ScalarAsync<long>("select count(*) from file_snapshots where file_id = @file and quarantined_at is not null"));
    }

    [Fact]
    public async Task A_damaged_record_ends_the_history_before_it_and_the_file_is_read_only()
    {
        await using var bench = new EditingBench();
        await TypeAsync(bench, await bench.StartAsync(), 10);
        await bench.ExecuteAsync("update file_updates set payload = zeroblob(length(payload)) where file_id = @file and seq = 6");
        var reader = await bench.EnterAsync(bench.Node("cold", onBus: false), bench.Bob);
        await reader.NextAsync(RoomFrameKind.Sync);
        Assert.Equal("0,1,2,3,4,", reader.Text);
        await reader.TypeAsync("no");
        Assert.Equal("file.damaged", (await reader.NextAsync(RoomFrameKind.Rejected)).Code);
        Assert.Equal(10, await bench.ScalarAsync<long>("select count(*) from file_updates where file_id = @file"));
    }

    [Fact]
    public async Task A_missing_record_is_damage_and_not_skipped()
    {
        await using var bench = new EditingBench();
        await TypeAsync(bench, await bench.StartAsync(), 10);
        await bench.ExecuteAsync("delete from file_updates where file_id = @file and seq = 4");
        var reader = await bench.EnterAsync(bench.Node("cold", onBus: false), bench.Bob);
        await reader.NextAsync(RoomFrameKind.Sync);
        Assert.Equal("0,1,2,", reader.Text);
        Assert.Contains("damaged 5", bench.Observer.Told, StringComparison.Ordinal);
    }

    private static async Task<string> TypeAsync(EditingBench bench, RoomDirectory node, int edits)
    {
        var ada = await bench.EnterAsync(node, bench.Ada);
        for (var i = 0; i < edits; i++)
        {
            var seq = await ada.TypeAsync($"{i},");
            while ((await ada.NextAsync(RoomFrameKind.Saved)).Seq < seq) { }
        }
        return ada.Text;
    }
}
