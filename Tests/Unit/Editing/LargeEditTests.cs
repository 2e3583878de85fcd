using CollabHub.Domain;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>Large edits leave by themselves.</summary>
public class LargeEditTests
{
    private static readonly EditingOptions Options = new() { LargeEditBytes = 1000, MaxQueueBytes = 10_000 };
    private readonly FileSubscription _reader = Someone();

    [Fact]
    public async Task Large_edits_are_not_merged_small_ones_around_them_are()
    {
        var (small, large) = (Update(10), Update(2000));
        foreach (var update in new[] { small, small, large, small, small }) _reader.Offer(new RoomFrame(RoomFrameKind.Edit) { Payload = update });
        var frames = await _reader.TakeAsync(default);
        Assert.Equal(3, frames.Count);
        Assert.Equal(large, frames[1].Payload);
    }

    [Fact]
    public async Task A_large_edit_leaves_by_itself_and_everybody_ends_with_the_same_text()
    {
        await using var bench = new EditingBench(Options);
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        var bob = await bench.EnterAsync(node, bench.Bob);
        var readers = new List<Member>();
        for (var i = 0; i < 20; i++) readers.Add(await bench.EnterAsync(node, bench.Bob));
        var large = new string('l', 3000);
        await ada.TypeAsync("before ");
        await ada.TypeAsync(large);
        await bob.TypeAsync("bob ");
        await ada.TypeAsync(" behind");
        var frames = await Task.WhenAll(readers.Select(async reader =>
        {
            var largest = new List<RoomFrame>();
            while (!reader.Text.Contains("before " + large + " behind", StringComparison.Ordinal) || !reader.Text.Contains("bob ", StringComparison.Ordinal))
            {
                var edit = await reader.NextAsync(RoomFrameKind.Edit);
                if (edit.Payload.Length >= Options.LargeEditBytes) largest.Add(edit);
            }
            return Assert.Single(largest);
        }));
        // One frame for everybody is encoded once.
        Assert.All(frames, frame => Assert.Same(frames[0], frame));
        Assert.All(readers, reader => Assert.Equal(readers[0].Text, reader.Text));
    }

    [Fact]
    public async Task What_a_large_edit_makes_others_receive_follows_how_many_they_are()
    {
        await using var bench = new EditingBench(Options);
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        Assert.Equal(0, ada.Room.FanOutOf(2000));
        var bob = await bench.EnterAsync(node, bench.Bob);
        await bench.EnterAsync(node, bench.Bob);
        Assert.Equal(4000, ada.Room.FanOutOf(2000));
        Assert.Equal(0, ada.Room.FanOutOf(999));
        ada.Room.Leave(bob.Subscription);
        await ada.RestAsync();
        Assert.Equal(2000, ada.Room.FanOutOf(2000));
    }

    private static ReadOnlyMemory<byte> Update(int letters)
    {
        using var document = new YDocument();
        return document.ApplyTextEdits(FileRoom.TextRoot, 7, [new TextEdit(0, 0, new string('x', letters))])!;
    }

    private static FileSubscription Someone() => new(new UserId(Guid.NewGuid()), new AwarenessUser("id", "Name", "#111111", "#11111133"), echo: false, Options);
}
