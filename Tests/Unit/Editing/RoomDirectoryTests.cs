using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

public class RoomDirectoryTests
{
    [Fact]
    public async Task Everyone_who_asks_at_once_shares_one_load()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var leases = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => node.EnterAsync(bench.File, default))));
        Assert.Single(leases.Select(lease => lease.Value.Room).Distinct());
        Assert.Equal(1, bench.Log.Loads);
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_told_and_not_kept()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var entered = await node.EnterAsync(new FileId(Guid.Empty), default);
        Assert.Equal("file.not_found", entered.Error?.Code);
        Assert.Equal(0, node.Count);
    }

    [Fact]
    public async Task A_room_is_put_away_when_nobody_is_in_it_and_opened_anew_with_everything()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.TypeAsync("stays");
        await ada.NextAsync(RoomFrameKind.Saved);
        ada.Leave();
        bench.Time.Advance(bench.Options.IdleClose);
        await Eventually.TrueAsync(() => node.Count == 0);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await bob.NextAsync(RoomFrameKind.Sync);
        Assert.Equal("stays", bob.Text);
        Assert.Equal(2, bench.Log.Loads);
    }

    [Fact]
    public async Task A_room_whose_edits_are_not_durable_is_not_put_away()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        bench.Log.Refuse();
        await ada.TypeAsync("precious");
        await Eventually.TrueAsync(() => bench.Observer.Told.Contains("commit failed", StringComparison.Ordinal));
        ada.Leave();
        bench.Time.Advance(bench.Options.IdleClose);
        await Eventually.TrueAsync(() => bench.Observer.Told.Contains("commit failed store.unavailable 2", StringComparison.Ordinal));
        var bob = await bench.EnterAsync(node, bench.Bob);
        await bob.NextAsync(RoomFrameKind.Sync);
        Assert.Equal("precious", bob.Text);
        Assert.Equal(1, bench.Log.Loads);
    }

    [Fact]
    public async Task A_room_that_failed_tells_its_readers_and_is_loaded_anew_for_who_comes_next()
    {
        await using var bench = new EditingBench();
        await bench.StartAsync();
        var node = bench.Node("broken", ids: new BrokenOnceIds(bench.Ids));
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.TypeAsync("lost with the room");
        Assert.Equal("room.failed", (await ada.NextAsync(RoomFrameKind.Closed)).Code);
        await Eventually.TrueAsync(() => node.Count == 0);
        var again = await bench.EnterAsync(node, bench.Ada);
        await again.TypeAsync("kept");
        await again.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("kept", await bench.ColdTextAsync());
        Assert.NotSame(ada.Room, again.Room);
    }

    [Fact]
    public async Task Draining_tells_everyone_commits_everything_and_opens_nothing_more()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.TypeAsync("last words");
        await node.DrainAsync(default);
        Assert.Equal("server.draining", (await ada.NextAsync(RoomFrameKind.Closed)).Code);
        Assert.Equal("last words", await bench.ColdTextAsync());
        Assert.Equal("store.unavailable", (await node.EnterAsync(bench.File, default)).Error?.Code);
    }

    [Fact]
    public async Task A_deleted_file_closes_its_readers()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        node.Shut(bench.File);
        Assert.Equal("file.deleted", (await ada.NextAsync(RoomFrameKind.Closed)).Code);
    }

    [Fact]
    public async Task A_file_that_is_deleted_under_an_edit_closes_its_readers_too()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await bench.ExecuteAsync("update files set deleted_at = '2026-01-01T00:00:00.000000Z' where file_id = @file");
        await ada.TypeAsync("too late");
        Assert.Equal("file.deleted", (await ada.NextAsync(RoomFrameKind.Closed)).Code);
    }

    [Fact]
    public async Task A_text_is_replaced_by_the_smallest_edit_and_durable_when_that_is_answered()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.TypeAsync("one two three");
        var before = (await ada.Room.ReadTextAsync(default))!;
        var replaced = await ada.Room.ReplaceTextAsync(bench.Bob, "one 2 three", before.Hash, default);
        Assert.Equal("one 2 three", Encoding.UTF8.GetString(replaced.Value.Utf8.Span));
        Assert.Equal("one 2 three", await bench.ColdTextAsync());
        var edit = await ada.NextAsync(RoomFrameKind.Edit);
        Assert.InRange(edit.Payload.Length, 1, 60);
        var stale = await ada.Room.ReplaceTextAsync(bench.Bob, "x", before.Hash, default);
        Assert.Equal("file.changed", stale.Error?.Code);
    }

    [Fact]
    public async Task Who_brought_a_client_id_first_owns_it()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.TypeAsync("mine");
        await ada.NextAsync(RoomFrameKind.Saved);
        var owner = await bench.ScalarAsync<string>("select user_id from file_clients where file_id = @file");
        Assert.Equal(bench.Ada.ToString(), owner);
    }
}
