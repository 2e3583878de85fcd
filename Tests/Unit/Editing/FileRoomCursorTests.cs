using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

public class FileRoomCursorTests
{
    private static byte[] Cursor(long client, long clock, string? state) =>
        AwarenessMessage.Encode([new AwarenessEntry(client, clock, state is null ? null : Encoding.UTF8.GetBytes(state))]);

    private static async Task<string?> StateAsync(EditingBench bench, Member member, long client)
    {
        bench.Time.Advance(bench.Options.CursorFlushInterval);
        var frame = await member.NextAsync(RoomFrameKind.Cursors);
        Assert.Equal(DecodeError.None, AwarenessMessage.Decode(frame.Payload.Span, new AwarenessLimits(9999, 9), out var entries));
        var entry = Assert.Single(entries, e => e.Client == client);
        return entry.State is null ? null : Encoding.UTF8.GetString(entry.State);
    }

    [Fact]
    public async Task A_cursor_carries_the_verified_account_whatever_the_client_wrote()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 1, """{"user":{"name":"The boss"},"cursor":{"anchor":1}}"""), default);
        await ada.Room.ReadTextAsync(default);
        var state = await StateAsync(bench, bob, 5);
        Assert.Contains("\"name\":\"Ada\"", state, StringComparison.Ordinal);
        Assert.Contains("\"cursor\":{\"anchor\":1}", state, StringComparison.Ordinal);
        Assert.DoesNotContain("boss", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_speaks_for_anothers_cursor()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 1, "{}"), default);
        await ada.Room.ReadTextAsync(default);
        await StateAsync(bench, bob, 5);
        await bob.Room.MoveCursorAsync(bob.Subscription, Cursor(5, 9, null), default);
        await bob.Room.MoveCursorAsync(bob.Subscription, Cursor(6, 1, "{}"), default);
        await bob.Room.ReadTextAsync(default);
        bench.Time.Advance(bench.Options.CursorFlushInterval);
        var frame = await ada.NextAsync(RoomFrameKind.Cursors);
        AwarenessMessage.Decode(frame.Payload.Span, AwarenessLimits.Default, out var entries);
        while (entries.All(e => e.Client != 6))
        {
            AwarenessMessage.Decode((await ada.NextAsync(RoomFrameKind.Cursors)).Payload.Span, AwarenessLimits.Default, out entries);
        }
        Assert.DoesNotContain(entries, e => e.Client == 5 && e.State is null);
    }

    [Fact]
    public async Task A_cursor_disappears_with_its_connection_and_a_newcomer_sees_only_those_who_are_there()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 1, "{}"), default);
        await ada.Room.ReadTextAsync(default);
        Assert.NotNull(await StateAsync(bench, bob, 5));
        ada.Leave();
        await bob.Room.ReadTextAsync(default);
        Assert.Null(await StateAsync(bench, bob, 5));
        var late = await bench.EnterAsync(node, bench.Ada);
        Assert.DoesNotContain(await late.RestAsync(), frame => frame.Kind == RoomFrameKind.Cursors);
    }

    [Fact]
    public async Task Who_comes_back_with_its_old_clock_is_seen_again_at_once()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 3, """{"n":3}"""), default);
        await ada.Room.ReadTextAsync(default);
        Assert.NotNull(await StateAsync(bench, bob, 5));
        ada.Leave();
        await bob.Room.ReadTextAsync(default);
        Assert.Null(await StateAsync(bench, bob, 5));
        var back = await bench.EnterAsync(node, bench.Ada);
        await back.Room.MoveCursorAsync(back.Subscription, Cursor(5, 3, """{"n":3}"""), default);
        await back.Room.ReadTextAsync(default);
        Assert.Contains("\"n\":3", await StateAsync(bench, bob, 5), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_echo_of_somebody_who_left_brings_nobody_back()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 3, "{}"), default);
        await bob.Room.MoveCursorAsync(bob.Subscription, Cursor(6, 1, "{}"), default);
        await bob.Room.ReadTextAsync(default);
        ada.Leave();
        await bob.Room.MoveCursorAsync(bob.Subscription, Cursor(5, 3, "{}"), default);
        await bob.Room.ReadTextAsync(default);
        var late = await bench.EnterAsync(node, bench.Ada);
        Assert.Equal([6L], await ClientsAsync(late));
        await late.Room.MoveCursorAsync(late.Subscription, Cursor(5, 3, "{}"), default);
        await late.Room.ReadTextAsync(default);
        Assert.Equal([5L, 6L], (await ClientsAsync(await bench.EnterAsync(node, bench.Bob))).Order());
    }

    [Fact]
    public async Task The_same_person_on_a_new_connection_takes_its_cursor_along_and_the_old_one_does_not_end_it()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var old = await bench.EnterAsync(node, bench.Ada);
        await old.Room.MoveCursorAsync(old.Subscription, Cursor(5, 3, """{"n":3}"""), default);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await bob.Room.MoveCursorAsync(bob.Subscription, Cursor(5, 9, """{"n":"bob"}"""), default);
        var ada = await bench.EnterAsync(node, bench.Ada);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 4, """{"n":4}"""), default);
        await ada.Room.ReadTextAsync(default);
        old.Leave();
        await ada.Room.ReadTextAsync(default);
        var late = await bench.EnterAsync(node, bench.Bob);
        var frame = await late.NextAsync(RoomFrameKind.Cursors);
        Assert.Equal(DecodeError.None, AwarenessMessage.Decode(frame.Payload.Span, new AwarenessLimits(9999, 9), out var entries));
        var state = Encoding.UTF8.GetString(Assert.Single(entries).State!);
        Assert.Contains("\"name\":\"Ada\"", state, StringComparison.Ordinal);
        Assert.Contains("\"n\":4", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_whose_line_is_silent_is_gone_and_back_with_its_last_state_as_news_once_it_is_heard()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 3, """{"n":3}"""), default);
        await ada.Room.ReadTextAsync(default);
        Assert.NotNull(await StateAsync(bench, bob, 5));
        for (var i = 0; i < 2; i++) ada.Room.Silence(ada.Subscription);
        await ada.Room.ReadTextAsync(default);
        Assert.Null(await StateAsync(bench, bob, 5));
        var late = await bench.EnterAsync(node, bench.Bob);
        Assert.DoesNotContain(await late.RestAsync(), frame => frame.Kind == RoomFrameKind.Cursors);
        // What is typed has nothing to do with it.
        await ada.TypeAsync("a");
        await bob.SeesAsync("a");
        for (var i = 0; i < 2; i++) ada.Room.Hear(ada.Subscription);
        await ada.Room.ReadTextAsync(default);
        bench.Time.Advance(bench.Options.CursorFlushInterval);
        var entry = await EntryAsync(bob);
        Assert.True(entry.Clock > 3);
        Assert.Contains("\"n\":3", Encoding.UTF8.GetString(entry.State!), StringComparison.Ordinal);
        // It has not heard of that clock yet, and counts on.
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 4, """{"n":4}"""), default);
        await ada.Room.ReadTextAsync(default);
        Assert.Contains("\"n\":4", await StateAsync(bench, bob, 5), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_speaks_on_a_silent_line_is_seen_and_who_left_on_it_is_not_back()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 3, """{"n":3}"""), default);
        ada.Room.Silence(ada.Subscription);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 4, """{"n":4}"""), default);
        await ada.Room.ReadTextAsync(default);
        Assert.Contains("\"n\":4", await StateAsync(bench, bob, 5), StringComparison.Ordinal);
        ada.Room.Silence(ada.Subscription);
        ada.Leave();
        ada.Room.Hear(ada.Subscription);
        await bob.Room.ReadTextAsync(default);
        Assert.DoesNotContain(await (await bench.EnterAsync(node, bench.Bob)).RestAsync(), frame => frame.Kind == RoomFrameKind.Cursors);
    }

    [Fact]
    public async Task The_id_of_a_silent_connection_is_its_persons_own_who_may_go_on_with_it_on_a_new_one()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var old = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await old.Room.MoveCursorAsync(old.Subscription, Cursor(5, 3, """{"n":3}"""), default);
        old.Room.Silence(old.Subscription);
        await bob.Room.MoveCursorAsync(bob.Subscription, Cursor(5, 9, """{"n":"bob"}"""), default);
        var ada = await bench.EnterAsync(node, bench.Ada);
        // With the clock that it had, as stock clients do.
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 3, """{"n":"back"}"""), default);
        old.Room.Hear(old.Subscription);
        old.Leave();
        await ada.Room.ReadTextAsync(default);
        var late = await bench.EnterAsync(node, bench.Bob);
        var state = Encoding.UTF8.GetString((await EntryAsync(late)).State!);
        Assert.Contains("\"name\":\"Ada\"", state, StringComparison.Ordinal);
        Assert.Contains("\"n\":\"back\"", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_crosses_nodes_and_who_came_back_on_another_one_stays_when_the_old_line_ends()
    {
        await using var bench = new EditingBench();
        var (one, two) = (await bench.StartAsync(), bench.Node("two"));
        var old = await bench.EnterAsync(one, bench.Ada);
        var bob = await bench.EnterAsync(two, bench.Bob);
        await old.Room.MoveCursorAsync(old.Subscription, Cursor(5, 3, """{"n":3}"""), default);
        await old.Room.ReadTextAsync(default);
        bench.Time.Advance(bench.Options.CursorFlushInterval);
        await old.NextAsync(RoomFrameKind.Cursors);
        Assert.NotNull(await StateAsync(bench, bob, 5));
        old.Room.Silence(old.Subscription);
        await old.Room.ReadTextAsync(default);
        bench.Time.Advance(bench.Options.CursorFlushInterval);
        await old.NextAsync(RoomFrameKind.Cursors);
        Assert.Null(await StateAsync(bench, bob, 5));
        var ada = await bench.EnterAsync(two, bench.Ada);
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 3, """{"n":"back"}"""), default);
        await ada.Room.ReadTextAsync(default);
        bench.Time.Advance(bench.Options.CursorFlushInterval);
        Assert.Contains("back", Encoding.UTF8.GetString((await EntryAsync(ada)).State!), StringComparison.Ordinal);
        old.Room.Hear(old.Subscription);
        old.Leave();
        await old.Room.ReadTextAsync(default);
        var late = await bench.EnterAsync(one, bench.Bob);
        Assert.Contains("back", Encoding.UTF8.GetString((await EntryAsync(late)).State!), StringComparison.Ordinal);
    }

    private static async Task<AwarenessEntry> EntryAsync(Member member)
    {
        var frame = await member.NextAsync(RoomFrameKind.Cursors);
        Assert.Equal(DecodeError.None, AwarenessMessage.Decode(frame.Payload.Span, new AwarenessLimits(9999, 9), out var entries));
        return Assert.Single(entries);
    }

    private static async Task<IEnumerable<long>> ClientsAsync(Member newcomer)
    {
        var frame = await newcomer.NextAsync(RoomFrameKind.Cursors);
        Assert.Equal(DecodeError.None, AwarenessMessage.Decode(frame.Payload.Span, new AwarenessLimits(9999, 9), out var entries));
        return entries.Select(entry => entry.Client);
    }

    [Fact]
    public async Task Many_moves_within_one_interval_leave_as_one_message_with_the_newest_state()
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        await bob.NextAsync(RoomFrameKind.Sync);
        // The first one leaves at once; from then on the clock stands still within the interval.
        await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, 1, """{"n":1}"""), default);
        await bob.NextAsync(RoomFrameKind.Cursors);
        for (var clock = 2; clock <= 100; clock++)
        {
            await ada.Room.MoveCursorAsync(ada.Subscription, Cursor(5, clock, $"{{\"n\":{clock}}}"), default);
        }
        await ada.Room.ReadTextAsync(default);
        Assert.Empty(await bob.RestAsync());
        Assert.Contains("\"n\":100", await StateAsync(bench, bob, 5), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 5, 1, 1, (byte)'{' })]
    public async Task Bytes_that_are_no_awareness_update_are_refused(byte[] bytes)
    {
        await using var bench = new EditingBench();
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        Assert.NotEqual(DecodeError.None, await ada.Room.MoveCursorAsync(ada.Subscription, bytes, default));
    }
}
