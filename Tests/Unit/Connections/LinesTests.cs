using CollabHub.Domain.Presence;
using CollabHub.Hubs.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Connections;

/// <summary>Who is asked, who counts as silent, and who is heard again.</summary>
public sealed class LinesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private readonly PresenceOptions _options = new();
    private readonly HeldStream _wire = new();
    private readonly List<bool> _told = [];
    private readonly Lines _lines;
    private readonly Line _line;
    private readonly Stream _stream;

    public LinesTests()
    {
        _lines = new Lines(_options, _time, NullLogger<Lines>.Instance);
        _line = _lines.New();
        _stream = _line.Open(_wire);
        _line.Watch(isSilent =>
        {
            _told.Add(isSilent);
            return ValueTask.CompletedTask;
        });
    }

    public void Dispose()
    {
        _line.Dispose();
        _lines.Dispose();
    }

    [Fact]
    public async Task A_quiet_line_is_asked_every_second_and_a_half_and_who_answers_stays()
    {
        for (var i = 0; i < 8; i++)
        {
            var read = Listen();
            await PassAsync(_options.PingAfter - _options.SilenceLook);
            Assert.Equal(i, _wire.Written.Count);
            await PassAsync(_options.SilenceLook);
            Assert.Equal(i + 1, _wire.Written.Count);
            _wire.Give(6);
            await read;
        }
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Who_does_not_answer_is_silent_after_the_limit_and_not_before()
    {
        _ = Listen();
        await PassAsync(_options.SilenceLimit - _options.SilenceLook);
        Assert.Empty(_told);
        await PassAsync(_options.SilenceLook);
        Assert.Equal([true], _told);
        Assert.True(_line.IsSilent);
        Assert.Equal(2, _wire.Written.Count);
    }

    [Fact]
    public async Task Who_is_silent_is_told_again_and_asked_on_until_it_is_heard_which_is_told_once()
    {
        var read = Listen();
        await PassAsync(_options.SilenceLimit + (2 * _options.SilenceLook));
        Assert.Equal([true, true, true], _told);
        var late = new List<bool>();
        _line.Watch(isSilent =>
        {
            late.Add(isSilent);
            return ValueTask.CompletedTask;
        });
        await PassAsync(_options.SilenceLook);
        Assert.Equal([true], late);
        var asked = _wire.Written.Count;
        await PassAsync(_options.PingAfter);
        Assert.Equal(asked + 1, _wire.Written.Count);
        _told.Clear();
        _wire.Give(1);
        await read;
        _ = Listen();
        await PassAsync(2 * _options.SilenceLook);
        Assert.Equal([false], _told);
        Assert.False(_line.IsSilent);
    }

    [Fact]
    public async Task The_end_of_a_silent_line_brings_nobody_back()
    {
        var read = Listen();
        await PassAsync(_options.SilenceLimit);
        _wire.Give(0);
        await read;
        await PassAsync(_options.SilenceLook);
        Assert.DoesNotContain(false, _told);
    }

    [Fact]
    public async Task While_nobody_listens_a_line_is_not_silent()
    {
        // What the server does not read, because its sender is over its rate, it cannot miss.
        await PassAsync(3 * _options.SilenceLimit);
        _ = Listen();
        await PassAsync(_options.SilenceLimit - _options.SilenceLook);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task A_node_that_did_not_come_to_look_gives_everybody_a_fresh_limit_and_leaves_the_silent_ones_silent()
    {
        _ = Listen();
        await PassAsync(_options.SilenceLook);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _lines.LookAsync();
        await PassAsync(_options.SilenceLimit - _options.SilenceLook);
        Assert.Empty(_told);
        await PassAsync(_options.SilenceLook);
        Assert.Equal([true], _told);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _lines.LookAsync();
        Assert.Equal([true, true], _told);
    }

    [Fact]
    public async Task A_line_that_is_over_is_neither_asked_nor_told_of_and_one_that_cannot_be_told_stops_nobody()
    {
        using var watching = _line.Watch(_ => throw new InvalidOperationException("over"));
        using var second = _lines.New();
        second.Open(new HeldStream());
        var heard = new List<bool>();
        second.Watch(isSilent =>
        {
            heard.Add(isSilent);
            return ValueTask.CompletedTask;
        });
        _ = Listen();
        await PassAsync(_options.SilenceLimit);
        Assert.Equal([true], _told);
        Assert.Empty(heard);
        _line.Dispose();
        var asked = _wire.Written.Count;
        await PassAsync(_options.SilenceLimit);
        Assert.Equal((1, asked), (_told.Count, _wire.Written.Count));
    }

    private Task<int> Listen() => _stream.ReadAsync(new byte[16]).AsTask();

    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += _options.SilenceLook)
        {
            _time.Advance(_options.SilenceLook);
            await _lines.LookAsync();
        }
    }
}
