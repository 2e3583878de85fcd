using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>Edits that come before what they depend on: stored, but not called saved while nobody's text has them.</summary>
public class HangingEditTests
{
    private const long Client = 77;

    [Fact]
    public async Task An_edit_that_hangs_is_called_saved_once_what_it_hangs_on_is_durable()
    {
        await using var bench = new EditingBench();
        var ada = await AdaAsync(bench);
        var (first, second, third) = Typed();
        await ada.PushAsync(second);
        await ada.PushAsync(third);
        await CommittedAsync(bench, 1);
        Assert.Empty(await ada.RestAsync());
        Assert.Equal("", await bench.ColdTextAsync());

        var gate = bench.Log.Hold();
        await ada.PushAsync(first);
        await Eventually.TrueAsync(async () => (await ada.Room.ReadTextAsync(default))!.Utf8.Length == 3);
        // What it hung on is in everybody's text, but not durable.
        Assert.Empty(await ada.RestAsync());
        gate.SetResult();
        Assert.Equal(3, (await ada.NextAsync(RoomFrameKind.Saved)).Seq);
        Assert.Equal("abc", await bench.ColdTextAsync());
    }

    [Fact]
    public async Task What_follows_an_edit_that_hangs_waits_with_it_and_others_do_not()
    {
        await using var bench = new EditingBench();
        var ada = await AdaAsync(bench);
        var bob = await bench.EnterAsync(bench.Nodes[0], bench.Bob);
        var (first, second, _) = Typed();
        await ada.PushAsync(second);
        await ada.TypeAsync("whole");
        Assert.Equal(1, await bob.TypeAsync("mine"));
        Assert.Equal(1, (await bob.NextAsync(RoomFrameKind.Saved)).Seq);
        Assert.DoesNotContain(await ada.RestAsync(), frame => frame.Kind == RoomFrameKind.Saved);
        await ada.PushAsync(first);
        Assert.Equal(3, (await ada.NextAsync(RoomFrameKind.Saved)).Seq);
    }

    [Fact]
    public async Task A_deletion_of_what_is_not_there_hangs_and_so_does_what_waits_already()
    {
        await using var bench = new EditingBench();
        var ada = await AdaAsync(bench);
        using var replica = new YDocument();
        var insertion = replica.ApplyTextEdits(FileRoom.TextRoot, Client, [new TextEdit(0, 0, "gone")])!;
        var deletion = replica.ApplyTextEdits(FileRoom.TextRoot, Client, [new TextEdit(0, 4, "")])!;
        await ada.PushAsync(deletion);
        await ada.PushAsync(deletion);
        await CommittedAsync(bench, 1);
        Assert.Empty(await ada.RestAsync());
        await ada.PushAsync(insertion);
        Assert.Equal(3, (await ada.NextAsync(RoomFrameKind.Saved)).Seq);
    }

    [Fact]
    public async Task The_echo_of_an_edit_that_hangs_comes_when_it_does_not_any_more()
    {
        await using var bench = new EditingBench();
        var ada = await AdaAsync(bench, echo: true);
        var (first, second, _) = Typed();
        await ada.PushAsync(second);
        await CommittedAsync(bench, 1);
        Assert.Empty(await ada.RestAsync());
        await ada.PushAsync(first);
        await ada.SeesAsync("ab");
    }

    [Fact]
    public async Task No_more_is_kept_for_the_echo_than_may_wait_for_one()
    {
        await using var bench = new EditingBench(new EditingOptions { MaxQueueBytes = 4_000 });
        var ada = await AdaAsync(bench, echo: true);
        var (first, second, third) = Typed(new string('b', 3_000), new string('c', 3_000));
        await ada.PushAsync(second);
        await ada.PushAsync(third);
        await CommittedAsync(bench, 1);
        await ada.PushAsync(first);
        await ada.SeesAsync("a" + new string('b', 3_000));
        Assert.DoesNotContain(await ada.RestAsync(), frame => frame.Kind == RoomFrameKind.Edit);
        Assert.Equal(6_001, (await ada.Room.ReadTextAsync(default))!.Utf8.Length);
    }

    [Fact]
    public async Task Its_author_is_asked_for_what_is_missing_until_it_comes()
    {
        await using var bench = new EditingBench();
        var ada = await AdaAsync(bench);
        var (first, second, _) = Typed();
        await ada.PushAsync(second);
        await CommittedAsync(bench, 1);
        for (var times = 0; times < 2; times++)
        {
            bench.Time.Advance(bench.Options.AskAfter);
            var question = await ada.NextAsync(RoomFrameKind.Question);
            Assert.Equal([0], question.StateVector.ToArray());
        }
        await ada.PushAsync(first);
        await ada.NextAsync(RoomFrameKind.Saved);
        bench.Time.Advance(bench.Options.AskAfter);
        Assert.Empty(await ada.RestAsync());
    }

    [Fact]
    public async Task Whoever_leaves_is_asked_no_more()
    {
        await using var bench = new EditingBench();
        var ada = await AdaAsync(bench);
        var (_, second, _) = Typed();
        await ada.PushAsync(second);
        await CommittedAsync(bench, 1);
        ada.Room.Leave(ada.Subscription);
        await ada.RestAsync();
        bench.Time.Advance(bench.Options.AskAfter);
        Assert.Empty(await ada.RestAsync());
    }

    private static async Task<Member> AdaAsync(EditingBench bench, bool echo = false)
    {
        var ada = await bench.EnterAsync(await bench.StartAsync(), bench.Ada, echo: echo);
        await ada.NextAsync(RoomFrameKind.Sync);
        return ada;
    }

    /// <summary>An a and what is typed behind it, each an edit.</summary>
    private static (byte[] First, byte[] Second, byte[] Third) Typed(string second = "b", string third = "c")
    {
        using var replica = new YDocument();
        byte[] Type(int at, string text) => replica.ApplyTextEdits(FileRoom.TextRoot, Client, [new TextEdit(at, 0, text)])!;
        return (Type(0, "a"), Type(1, second), Type(1 + second.Length, third));
    }

    private static Task CommittedAsync(EditingBench bench, int records) => Eventually.TrueAsync(
        async () => await bench.ScalarAsync<long>("select count(*) from file_updates where file_id = @file") >= records);
}
