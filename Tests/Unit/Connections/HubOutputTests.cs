using System.IO.Pipelines;
using CollabHub.Hubs.Connections;

namespace CollabHub.Tests.Unit.Connections;

/// <summary>Writers never wait for a connection that does not read, order is kept, and what waits is bounded.</summary>
public class HubOutputTests
{
    private const int Transport = 1_000;
    private const int Bound = 5_000;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: Transport, resumeWriterThreshold: Transport / 2));
    private int _slow;

    private HubOutput Output() => new(_pipe.Writer, Bound, () => _slow++);

    [Fact]
    public async Task Whoever_writes_never_waits_and_everything_arrives_in_order_once_the_reader_reads()
    {
        var output = Output();
        var expected = new List<byte>();
        for (var i = 0; i < 40; i++)
        {
            var message = Enumerable.Repeat((byte)i, 100).ToArray();
            expected.AddRange(message);
            Write(output, message, isStaged: i % 2 == 0);
        }
        Assert.False(output.RoomAsync(default).IsCompleted);
        Assert.Equal(expected, await ReadAsync(expected.Count));
        await output.RoomAsync(default).WaitAsync(Eventually.Patience);
        Assert.Equal((0, 0), (output.WaitingBytes, _slow));
        Write(output, [1, 2, 3], isStaged: true);
        Assert.Equal([1, 2, 3], await ReadAsync(3));
    }

    [Fact]
    public void Over_the_bound_the_connection_is_called_slow_once_and_keeps_nothing_more()
    {
        var output = Output();
        for (var i = 0; i < 200; i++) Write(output, new byte[100], isStaged: i % 2 == 0);
        Assert.Equal(1, _slow);
        Assert.InRange(output.WaitingBytes, Bound, Bound + 200);
    }

    [Fact]
    public async Task Nor_is_one_of_any_size_that_comes_while_the_one_before_is_still_leaving()
    {
        var output = Output();
        Write(output, new byte[20 * Bound], isStaged: false);
        Write(output, new byte[20 * Bound], isStaged: true);
        Write(output, new byte[100], isStaged: false);
        Assert.Equal(0, _slow);
        Assert.Equal((40 * Bound) + 100, (await ReadAsync((40 * Bound) + 100)).Count);
    }

    [Fact]
    public async Task One_message_of_any_size_is_no_sign_of_a_slow_reader()
    {
        var output = Output();
        Write(output, new byte[20 * Bound], isStaged: true);
        Assert.Equal(20 * Bound, (await ReadAsync(20 * Bound)).Count);
        Assert.Equal(0, _slow);
    }

    [Fact]
    public async Task The_end_of_the_connection_frees_who_waits_for_room()
    {
        var output = Output();
        Write(output, new byte[2 * Transport], isStaged: false);
        var room = output.RoomAsync(default);
        Assert.False(room.IsCompleted);
        await _pipe.Reader.CompleteAsync();
        await room.WaitAsync(Eventually.Patience);
        Write(output, new byte[2 * Bound], isStaged: false);
        Assert.Equal((0, 0), (output.WaitingBytes, _slow));
    }

    /// <summary>Writes, and is done at once.</summary>
    private static void Write(HubOutput output, byte[] message, bool isStaged)
    {
        if (isStaged)
        {
            message.CopyTo(output.GetSpan(message.Length));
            output.Advance(message.Length);
        }
        var writing = isStaged ? output.FlushAsync().AsTask() : output.WriteAsync(message).AsTask();
        Assert.True(writing.IsCompletedSuccessfully);
    }

    private async Task<List<byte>> ReadAsync(int count)
    {
        var read = new List<byte>();
        while (read.Count < count)
        {
            var result = await _pipe.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);
            foreach (var part in result.Buffer) read.AddRange(part.Span);
            _pipe.Reader.AdvanceTo(result.Buffer.End);
        }
        return read;
    }
}
