using System.Buffers;
using System.Text;
using CollabHub.Hubs.Connections;

namespace CollabHub.Tests.Unit.Connections;

public class HubFrameCounterTests
{
    private const string Json = "{\"protocol\":\"json\",\"version\":1}\u001e";
    private const string Pack = "{\"protocol\":\"messagepack\",\"version\":1}\u001e";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(10_000)]
    public void Counts_the_same_in_pieces_of_any_size(int size)
    {
        Assert.Equal(4, Count(size, [.. Encoding.UTF8.GetBytes(Json), .. Encoding.UTF8.GetBytes("{\"type\":6}\u001e{}\u001e\u001e")]));
        byte[] long300 = [0xac, 2, .. new byte[300]];
        Assert.Equal(5, Count(size, [.. Encoding.UTF8.GetBytes(Pack), 2, 0x91, 6, .. long300, 0, 1, 0x1e]));
    }

    [Fact]
    public void A_length_that_never_ends_counts_on_and_breaks_nothing() =>
        Assert.InRange(Count(3, [.. Encoding.UTF8.GetBytes(Pack), .. Enumerable.Repeat((byte)0xff, 100)]), 2, 100);

    private static int Count(int size, byte[] bytes)
    {
        var counter = new HubFrameCounter();
        return bytes.Chunk(size).Sum(piece => counter.Count(new ReadOnlySequence<byte>(piece)));
    }
}
