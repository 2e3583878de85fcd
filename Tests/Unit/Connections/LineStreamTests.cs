using System.Net.WebSockets;
using CollabHub.Hubs.Connections;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Connections;

/// <summary>Pings come between frames and nowhere else, and what is read is noticed.</summary>
public sealed class LineStreamTests : IDisposable
{
    private static readonly byte[] Ping = [0x89, 0x00];

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private readonly HeldStream _wire = new();
    private readonly LineStream _line;

    public LineStreamTests() => _line = new LineStream(_wire, _time);

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task A_ping_comes_between_two_frames_of_a_socket()
    {
        using var socket = WebSocket.CreateFromStream(_line, new WebSocketCreationOptions { IsServer = true });
        await socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, endOfMessage: false, default);
        Assert.True(_line.TryPing());
        await socket.SendAsync(new byte[] { 2 }, WebSocketMessageType.Binary, endOfMessage: true, default);
        Assert.Equal([[0x02, 1, 1], Ping, [0x80, 1, 2]], _wire.Written);
    }

    [Fact]
    public async Task A_frame_of_any_size_is_one_write()
    {
        using var socket = WebSocket.CreateFromStream(_line, new WebSocketCreationOptions { IsServer = true });
        await socket.SendAsync(new byte[1 << 20], WebSocketMessageType.Binary, true, default);
        Assert.Equal((1 << 20) + 10, Assert.Single(_wire.Written).Length);
    }

    [Fact]
    public async Task While_a_frame_is_leaving_a_ping_is_left_out()
    {
        _wire.Hold();
        var write = _line.WriteAsync(new byte[] { 0x82, 1, 7 }).AsTask();
        Assert.False(_line.TryPing());
        Assert.False(write.IsCompleted);
        _wire.Release();
        await write;
        Assert.True(_line.TryPing());
        Assert.Equal([[0x82, 1, 7], Ping], _wire.Written);
    }

    [Fact]
    public async Task A_frame_waits_for_the_ping_before_it_and_a_second_ping_does_not_queue()
    {
        _wire.Hold();
        Assert.True(_line.TryPing());
        Assert.False(_line.TryPing());
        var write = _line.WriteAsync(new byte[] { 0x82, 0 }).AsTask();
        Assert.Single(_wire.Written);
        _wire.Release();
        await write;
        Assert.Equal([Ping, [0x82, 0]], _wire.Written);
    }

    [Fact]
    public void What_completes_at_once_does_so_here()
    {
        Assert.True(_line.WriteAsync(new byte[] { 0x82, 0 }).AsTask().IsCompletedSuccessfully);
        _wire.Give(1);
        Assert.True(_line.ReadAsync(new byte[8]).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task After_a_close_frame_and_after_the_end_there_is_no_ping()
    {
        using var socket = WebSocket.CreateFromStream(_line, new WebSocketCreationOptions { IsServer = true });
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        Assert.False(_line.TryPing());
        Assert.Equal(0x88, Assert.Single(_wire.Written)[0]);

        await using var other = new HeldStream();
        await using var ended = new LineStream(other, _time);
        ended.End();
        Assert.False(ended.TryPing());
        Assert.Empty(other.Written);
    }

    [Fact]
    public async Task A_ping_that_fails_hurts_nobody_and_the_next_frame_finds_out()
    {
        _wire.Fails = new IOException("reset");
        Assert.True(_line.TryPing());
        await Assert.ThrowsAsync<IOException>(() => _line.WriteAsync(new byte[] { 0x82, 0 }).AsTask());
        await Assert.ThrowsAsync<IOException>(() => _line.WriteAsync(new byte[] { 0x82, 0 }).AsTask());
    }

    [Fact]
    public async Task It_waits_from_the_beginning_of_a_read_until_something_comes()
    {
        Assert.Equal(0, _line.WaitingSince);
        var read = _line.ReadAsync(new byte[8]).AsTask();
        Assert.Equal(_time.GetTimestamp(), _line.WaitingSince);
        _time.Advance(TimeSpan.FromSeconds(1));
        _wire.Give(2);
        Assert.Equal(2, await read);
        Assert.Equal(0, _line.WaitingSince);
        _ = _line.ReadAsync(new byte[8]).AsTask();
        Assert.Equal(_time.GetTimestamp(), _line.WaitingSince);
    }

    [Fact]
    public async Task The_end_of_the_stream_is_nothing_that_was_heard()
    {
        var read = _line.ReadAsync(new byte[8]).AsTask();
        var since = _line.WaitingSince;
        _wire.Give(0);
        Assert.Equal(0, await read);
        Assert.Equal(since, _line.WaitingSince);
    }
}
