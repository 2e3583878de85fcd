using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

public class FileRoomTests
{
    [Fact]
    public async Task An_edit_reaches_the_others_before_its_commit_and_is_called_saved_only_after_it()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        var gate = bench.Log.Hold();
        var seq = await ada.TypeAsync("hello");
        await bob.SeesAsync("hello");
        Assert.DoesNotContain(await ada.RestAsync(), frame => frame.Kind == RoomFrameKind.Saved);
        Assert.Equal("", await bench.ColdTextAsync());
        gate.SetResult();
        Assert.Equal(seq, (await ada.NextAsync(RoomFrameKind.Saved)).Seq);
        Assert.Equal("hello", await bench.ColdTextAsync());
    }

    [Fact]
    public async Task What_gathers_during_a_commit_travels_in_the_next_one()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var gate = bench.Log.Hold();
        for (var i = 0; i < 50; i++) await ada.TypeAsync("x");
        await ada.Room.ReadTextAsync(default);
        gate.SetResult();
        while ((await ada.NextAsync(RoomFrameKind.Saved)).Seq < 50) { }
        Assert.InRange(await bench.ScalarAsync<long>("select count(*) from file_updates where file_id = @file"), 1, 4);
        Assert.Equal(new string('x', 50), await bench.ColdTextAsync());
    }

    [Fact]
    public async Task An_edit_the_log_refused_is_shown_but_never_called_saved_until_a_retry_commits_it_once()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        bench.Log.Refuse();
        await ada.TypeAsync("kept");
        await bob.SeesAsync("kept");
        await Eventually.TrueAsync(() => bench.Observer.Told.Contains("commit failed store.unavailable 1", StringComparison.Ordinal));
        Assert.DoesNotContain(await ada.RestAsync(), frame => frame.Kind == RoomFrameKind.Saved);
        bench.Log.Heal();
        bench.Time.Advance(bench.Options.CommitRetryDelay);
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("kept", await bench.ColdTextAsync());
    }

    [Fact]
    public async Task A_log_that_throws_is_treated_like_one_that_is_down()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        bench.Log.Throw(new IOException("disk full"));
        await ada.TypeAsync("a");
        await Eventually.TrueAsync(() => bench.Observer.Told.Contains("commit threw disk full", StringComparison.Ordinal));
        await ada.Room.ReadTextAsync(default);
        bench.Log.Heal();
        bench.Time.Advance(bench.Options.CommitRetryDelay);
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("a", await bench.ColdTextAsync());
    }

    [Fact]
    public async Task A_file_turns_read_only_when_too_much_waits_for_the_log_and_writable_again_when_it_commits()
    {
        await using var bench = new EditingBench(new EditingOptions { MaxUncommittedBytes = 100 });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        bench.Log.Refuse();
        await ada.TypeAsync(new string('x', 200));
        await Eventually.TrueAsync(() => bench.Observer.Told.Contains("commit failed", StringComparison.Ordinal));
        await ada.Room.ReadTextAsync(default);
        await ada.TypeAsync("more");
        Assert.Equal("store.unavailable", (await ada.NextAsync(RoomFrameKind.Rejected)).Code);
        bench.Log.Heal();
        bench.Time.Advance(bench.Options.CommitRetryDelay);
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal(new string('x', 200), await bench.ColdTextAsync());
    }

    [Fact]
    public async Task The_oldest_unsaved_edit_may_wait_30_seconds_and_no_longer()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        bench.Log.Refuse();
        await ada.TypeAsync("old");
        await Eventually.TrueAsync(() => bench.Observer.Told.Contains("commit failed", StringComparison.Ordinal));
        await ada.Room.ReadTextAsync(default);
        bench.Time.Advance(TimeSpan.FromSeconds(31));
        await ada.TypeAsync("new");
        Assert.Equal("store.unavailable", (await ada.NextAsync(RoomFrameKind.Rejected)).Code);
    }

    [Fact]
    public async Task A_viewers_edit_is_refused_with_a_reason_and_reaches_nobody()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob, Role.Viewer);
        await ada.NextAsync(RoomFrameKind.Sync);
        var seq = await bob.TypeAsync("graffiti");
        var rejected = await bob.NextAsync(RoomFrameKind.Rejected);
        Assert.Equal(("file.read_only", seq), (rejected.Code!, rejected.Seq));
        Assert.Empty(await ada.RestAsync());
        Assert.Equal("", await bench.ColdTextAsync());
        await ada.TypeAsync("seen");
        Assert.NotEmpty((await bob.NextAsync(RoomFrameKind.Edit)).Payload.ToArray());
    }

    [Fact]
    public async Task A_viewer_who_answers_the_first_exchange_with_nothing_new_is_not_refused()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var bob = await bench.EnterAsync(node, bench.Bob, Role.Viewer);
        await bob.PushAsync([0, 0], isSync: true);
        Assert.Equal(1, (await bob.NextAsync(RoomFrameKind.Saved)).Seq);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, "edit.malformed")]
    [InlineData(new byte[] { }, "edit.malformed")]
    [InlineData(new byte[] { 0, 0, 7 }, "edit.malformed")]
    public async Task Bytes_that_are_no_update_are_refused_and_the_room_goes_on(byte[] bytes, string code)
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.PushAsync(bytes);
        Assert.Equal(code, (await ada.NextAsync(RoomFrameKind.Rejected)).Code);
        await ada.TypeAsync("fine");
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("fine", await bench.ColdTextAsync());
    }

    [Fact]
    public async Task An_edit_over_the_bound_is_refused_and_the_same_bytes_are_taken_as_a_sync()
    {
        await using var bench = new EditingBench(new EditingOptions { MaxEditBytes = 1000 });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        using var offline = new YDocument();
        var update = offline.ApplyTextEdits(FileRoom.TextRoot, 5, [new TextEdit(0, 0, new string('y', 2000))])!;
        await ada.PushAsync(update);
        Assert.Equal("edit.too_large", (await ada.NextAsync(RoomFrameKind.Rejected)).Code);
        await ada.PushAsync(update, isSync: true);
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal(2000, (await bench.ColdTextAsync()).Length);
    }

    [Theory]
    [InlineData(1000, 100_000)]
    [InlineData(100_000, 1000)]
    public async Task A_full_file_takes_no_more_text_but_lets_text_be_deleted(int stateBytes, int textBytes)
    {
        await using var bench = new EditingBench(new EditingOptions { MaxStateBytes = stateBytes, MaxTextBytes = textBytes });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.TypeAsync(new string('x', 900));
        await ada.NextAsync(RoomFrameKind.Saved);
        await ada.TypeAsync(new string('y', 200));
        Assert.Equal("file.too_large", (await ada.NextAsync(RoomFrameKind.Rejected)).Code);
        // Deletes the 900: a delete set for the author's first 900 clocks.
        using var writer = new Lib0Writer();
        foreach (var n in new long[] { 0, 1, ada.Client, 1, 0, 900 }) writer.WriteVarUint(n);
        await ada.PushAsync(writer.ToArray());
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("", await bench.ColdTextAsync());
    }

    [Fact]
    public async Task A_store_that_works_before_it_answers_holds_up_nobody()
    {
        await using var bench = new EditingBench(new EditingOptions { SnapshotRecords = 1 });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        using var gate = new ManualResetEventSlim();
        bench.Log.BeforeSnapshot = gate.Wait;
        try
        {
            await ada.TypeAsync("a");
            await ada.NextAsync(RoomFrameKind.Saved);
            await ada.TypeAsync("b");
            await bob.SeesAsync("ab");
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    public async Task A_repeated_edit_is_saved_and_stored_once()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        using var replica = new YDocument();
        var update = replica.ApplyTextEdits(FileRoom.TextRoot, 9, [new TextEdit(0, 0, "once")])!;
        for (var i = 0; i < 5; i++) await ada.PushAsync(update);
        while ((await ada.NextAsync(RoomFrameKind.Saved)).Seq < 5) { }
        Assert.Equal("once", await bench.ColdTextAsync());
        Assert.Equal(1, await bench.ScalarAsync<long>("select count(*) from file_updates where file_id = @file"));
    }

    [Fact]
    public async Task An_author_who_waits_for_his_echo_gets_it_after_the_commit_and_others_get_it_at_once()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada, echo: true);
        var bob = await bench.EnterAsync(node, bench.Bob, echo: true);
        await ada.NextAsync(RoomFrameKind.Sync);
        var gate = bench.Log.Hold();
        await ada.TypeAsync("a");
        await bob.SeesAsync("a");
        Assert.DoesNotContain(await ada.RestAsync(), frame => frame.Kind == RoomFrameKind.Edit);
        gate.SetResult();
        Assert.NotEmpty((await ada.NextAsync(RoomFrameKind.Edit)).Payload.ToArray());
    }

    [Fact]
    public async Task A_reader_that_stands_still_is_closed_and_the_others_do_not_notice()
    {
        await using var bench = new EditingBench(new EditingOptions { MaxQueueBytes = 20_000 });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        var stuck = await bench.EnterAsync(node, bench.Bob);
        var expected = "";
        for (var i = 0; i < 40; i++)
        {
            var piece = new string((char)('a' + i % 26), 1000);
            expected += piece;
            await ada.TypeAsync(piece);
            await bob.SeesAsync(expected);
        }
        await Eventually.TrueAsync(() => stuck.Subscription.IsClosed);
        Assert.Equal("slow.reader", (await stuck.NextAsync(RoomFrameKind.Closed)).Code);
        Assert.False(bob.Subscription.IsClosed);
        Assert.Contains("slow reader", bench.Observer.Told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_work_above_the_bound_reaches_the_others_and_cuts_nobody_off()
    {
        await using var bench = new EditingBench(new EditingOptions { MaxQueueBytes = 20_000 });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        using var offline = new YDocument();
        var work = new string('o', 100_000);
        await ada.PushAsync(offline.ApplyTextEdits(FileRoom.TextRoot, ada.Client, [new TextEdit(0, 0, work)])!, isSync: true);
        // Before he has taken it, another edit comes behind it.
        await ada.PushAsync(offline.ApplyTextEdits(FileRoom.TextRoot, ada.Client, [new TextEdit(0, 0, "and more ")])!);
        await ada.Room.ReadTextAsync(default);
        Assert.False(bob.Subscription.IsClosed);
        await bob.SeesAsync("and more " + work);
    }

    [Fact]
    public async Task A_role_that_is_taken_away_stops_writing_and_then_reading()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var bob = await bench.EnterAsync(node, bench.Bob);
        bob.Room.ReviewRoles(bench.Bob, (_, _) => Task.FromResult(Role.Viewer));
        Assert.Equal(Role.Viewer, (await bob.NextAsync(RoomFrameKind.Role)).Role);
        await bob.TypeAsync("late");
        Assert.Equal("file.read_only", (await bob.NextAsync(RoomFrameKind.Rejected)).Code);
        bob.Room.ReviewRoles(null, (_, _) => Task.FromResult(Role.None));
        Assert.Equal("access.revoked", (await bob.NextAsync(RoomFrameKind.Closed)).Code);
    }

    [Fact]
    public async Task A_role_that_cannot_be_read_is_no_role()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var bob = await bench.EnterAsync(node, bench.Bob);
        bob.Room.ReviewRoles(bench.Bob, (_, _) => Task.FromException<Role>(new IOException("no store")));
        // Not taken away, only not known: the client asks again.
        Assert.Equal(ClosedCodes.RoomFailed, (await bob.NextAsync(RoomFrameKind.Closed)).Code);
    }
}
