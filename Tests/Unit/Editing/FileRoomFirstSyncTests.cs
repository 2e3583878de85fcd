using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

public class FileRoomFirstSyncTests
{
    [Fact]
    public async Task A_hundred_and_fifty_joiners_cost_one_encoding_and_see_what_was_typed_meanwhile()
    {
        await using var bench = new EditingBench(new EditingOptions { SyncPartBytes = 4096 });
        var node = await bench.StartAsync();
        var ada = await bench.EnterAsync(node, bench.Ada);
        for (var i = 0; i < 300; i++) await ada.TypeAsync($"{i} and more words, so that there is something to cut; ");
        await ada.NextAsync(RoomFrameKind.Sync);
        await ada.Room.ReadTextAsync(default);
        var encoded = ada.Room.WholeStatesEncoded;
        var joined = new List<Member>();
        for (var i = 0; i < 150; i++)
        {
            if (i % 30 == 29) await ada.TypeAsync("!");
            joined.Add(await bench.EnterAsync(node, bench.Bob));
        }
        var encodings = ada.Room.WholeStatesEncoded - encoded;
        foreach (var member in joined)
        {
            using var replica = new YDocument();
            var sync = await member.NextAsync(RoomFrameKind.Sync);
            foreach (var part in (ReadOnlyMemory<byte>[])[sync.Payload, .. sync.Rest]) Assert.Equal(DecodeError.None, replica.Apply(part.Span).Error);
            Assert.True(replica.GetText(FileRoom.TextRoot).Length >= 300 * 50);
        }
        Assert.InRange(encodings, 0, 3);
        await joined[^1].SeesAsync(ada.Text);
    }
}
