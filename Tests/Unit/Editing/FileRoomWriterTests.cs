using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>Who may write under which client id. Ada's id is 7; structs are those of a text that grows letter by letter.</summary>
public class FileRoomWriterTests
{
    private const long Adas = 7;
    private static readonly TimeSpan Later = new EditingOptions().ReturnTime + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_continues_anothers_id_is_refused_once_nothing_can_be_lost_and_blame_stays()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        await PushAsync(ada, Text(Adas, "ab"));
        await ada.NextAsync(RoomFrameKind.Saved);
        ada.Leave();
        bench.Time.Advance(Later);
        await bob.PushAsync(Text(Adas, "abX"));
        Assert.Equal("edit.client_in_use", (await bob.NextAsync(RoomFrameKind.Rejected)).Code);
        Assert.Equal("ab", await bench.ColdTextAsync());
        Assert.Equal(bench.Ada.Value, await OwnerAsync(bench, Adas));
    }

    [Fact]
    public async Task Of_a_file_that_is_younger_than_the_process_nothing_can_have_been_lost_in_the_one_before()
    {
        await using var bench = new EditingBench();
        await bench.StartAsync();
        await using (var db = new DbSession(bench.Database))
            await db.ExecuteAsync("update files set created_at = @at", new { at = bench.Time.GetUtcNow().AddSeconds(1) }, default);
        var ada = await bench.EnterAsync(bench.Nodes[0], bench.Ada);
        var bob = await bench.EnterAsync(bench.Nodes[0], bench.Bob);
        // The first thing that a connection sends, and all that Ada ever does.
        await PushAsync(ada, Text(Adas, "ab"), isSync: true);
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal(bench.Ada.Value, await OwnerAsync(bench, Adas));
        await bob.PushAsync(Text(Adas, "abX"), isSync: true);
        Assert.Equal("edit.client_in_use", (await bob.NextAsync(RoomFrameKind.Rejected)).Code);
    }

    [Fact]
    public async Task What_the_server_has_is_not_new_from_whomever_it_comes()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        bench.Time.Advance(Later);
        await PushAsync(ada, Text(Adas, "ab"));
        // Waits for what is not there: it is known all the same, and comes back in Bob's first exchange.
        await PushAsync(ada, Since(Adas, "abcd", 3));
        await bob.PushAsync(Text(Adas, "ab"), isSync: true);
        await bob.PushAsync(Since(Adas, "abcd", 3), isSync: true);
        await bob.NextAsync(RoomFrameKind.Saved);
        Assert.DoesNotContain(await bob.RestAsync(), frame => frame.Kind == RoomFrameKind.Rejected);
        await bob.PushAsync(Since(Adas, "abcd", 2), isSync: true);
        Assert.Equal("edit.client_in_use", (await bob.NextAsync(RoomFrameKind.Rejected)).Code);
    }

    [Fact]
    public async Task After_a_start_what_was_lost_comes_back_and_stays_its_owners()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        await PushAsync(ada, Text(Adas, "ab"));
        await ada.NextAsync(RoomFrameKind.Saved);
        ada.Leave();
        await PushAsync(bob, Text(Adas, "abc"), isSync: true);
        await bob.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("abc", await bench.ColdTextAsync());
        Assert.Equal(bench.Ada.Value, await OwnerAsync(bench, Adas));
        var again = await bench.EnterAsync(bench.Nodes[0], bench.Ada);
        await PushAsync(again, Text(Adas, "abcd"));
        await again.NextAsync(RoomFrameKind.Saved);
    }

    [Fact]
    public async Task When_another_node_is_lost_what_it_relayed_may_be_brought_back()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        await PushAsync(ada, Text(Adas, "ab"));
        await ada.NextAsync(RoomFrameKind.Saved);
        ada.Leave();
        bench.Time.Advance(Later);
        await bob.PushAsync(Text(Adas, "abc"), isSync: true);
        Assert.Equal("edit.client_in_use", (await bob.NextAsync(RoomFrameKind.Rejected)).Code);
        bench.Nodes[0].ForgetNode("two");
        var again = await bench.EnterAsync(bench.Nodes[0], bench.Bob);
        await PushAsync(again, Text(Adas, "abc"), isSync: true);
        await again.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("abc", await bench.ColdTextAsync());
        Assert.Equal(bench.Ada.Value, await OwnerAsync(bench, Adas));
    }

    [Fact]
    public async Task While_the_owner_is_live_nobody_brings_anything_back_for_it()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        await PushAsync(ada, Text(Adas, "ab"));
        await bob.PushAsync(Text(Adas, "abX"), isSync: true);
        Assert.Equal("edit.client_in_use", (await bob.NextAsync(RoomFrameKind.Rejected)).Code);
    }

    [Fact]
    public async Task Who_shows_a_cursor_under_an_id_that_nobody_owns_is_not_robbed_of_it()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        await ada.Room.MoveCursorAsync(ada.Subscription, AwarenessMessage.Encode([new AwarenessEntry(Adas, 1, "{}"u8.ToArray())]), default);
        await bob.PushAsync(Text(Adas, "X"));
        Assert.Equal("edit.client_in_use", (await bob.NextAsync(RoomFrameKind.Rejected)).Code);
        await PushAsync(ada, Text(Adas, "a"));
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal(bench.Ada.Value, await OwnerAsync(bench, Adas));
    }

    [Fact]
    public async Task Lost_first_words_make_their_bringer_nobodys_owner_and_who_goes_on_is_it()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        await PushAsync(bob, Text(Adas, "ab"), isSync: true);
        await bob.NextAsync(RoomFrameKind.Saved);
        Assert.Null(await OwnerAsync(bench, Adas));
        await PushAsync(ada, Text(Adas, "abc"));
        await ada.NextAsync(RoomFrameKind.Saved);
        Assert.Equal(bench.Ada.Value, await OwnerAsync(bench, Adas));
    }

    [Fact]
    public async Task The_same_account_goes_on_under_its_id_on_another_connection()
    {
        await using var bench = new EditingBench();
        var (ada, _) = await TwoAsync(bench);
        bench.Time.Advance(Later);
        await PushAsync(ada, Text(Adas, "ab"));
        var again = await bench.EnterAsync(bench.Nodes[0], bench.Ada);
        await PushAsync(again, Text(Adas, "abc"));
        await again.NextAsync(RoomFrameKind.Saved);
        Assert.Equal("abc", await bench.ColdTextAsync());
    }

    [Fact]
    public async Task Another_content_for_a_known_clock_changes_nothing_for_anybody()
    {
        await using var bench = new EditingBench();
        var (ada, bob) = await TwoAsync(bench);
        await PushAsync(ada, Text(Adas, "ab"));
        await bob.SeesAsync("ab");
        await PushAsync(ada, Text(Adas, "xy"));
        await PushAsync(ada, Text(Adas, "xyc"));
        await bob.SeesAsync("abc");
        while (await bench.ColdTextAsync() != "abc") await ada.NextAsync(RoomFrameKind.Saved);
    }

    private static async Task<(Member Ada, Member Bob)> TwoAsync(EditingBench bench)
    {
        var node = await bench.StartAsync();
        return (await bench.EnterAsync(node, bench.Ada), await bench.EnterAsync(node, bench.Bob));
    }

    private static Task PushAsync(Member member, byte[] update, bool isSync = false) => member.PushAsync(update, isSync);

    private static async Task<Guid?> OwnerAsync(EditingBench bench, long client) =>
        await bench.ScalarAsync<Guid?>($"select user_id from file_clients where file_id = @file and client_id = {client}");

    /// <summary>The whole text under one id, one struct a letter.</summary>
    private static byte[] Text(long client, string text) => Since(client, text, 0);

    private static byte[] Since(long client, string text, long clock)
    {
        using var document = new YDocument();
        for (var i = 0; i < text.Length; i++)
        {
            Assert.NotNull(document.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(i, 0, text[i].ToString())]));
        }
        using var writer = new Lib0Writer();
        var vector = new StateVector { [client] = clock };
        Assert.True(document.TryEncodeDiff(vector.Encode(), writer, out _));
        return writer.ToArray();
    }
}
