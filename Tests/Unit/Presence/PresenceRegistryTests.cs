using System.Threading.Channels;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Presence;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Presence;

public sealed class PresenceRegistryTests : IAsyncDisposable
{
    private static readonly SessionId Session = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));

    private static readonly WorkspaceId Workspace = new(Guid.Parse("00000000-0000-0000-0000-000000000002"));

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    private readonly RecordingAudience _audience = new();
    private readonly PresenceOptions _options = new();
    private readonly PresenceRegistry _registry;

    public PresenceRegistryTests() => _registry = new PresenceRegistry(_audience, new InProcessClusterBus(new InProcessClusterBus.Exchange(), "one"), _time, _options);

    [Fact]
    public async Task The_first_tab_of_a_person_is_a_join_and_the_second_a_change()
    {
        await JoinAsync("ada", "tab 1");
        Assert.Equal("joined ada 1", await _audience.NextAsync());
        var everyone = await JoinAsync("ada", "tab 2");
        Assert.Equal(2, Assert.Single(everyone).Connections);
        Assert.Equal("changed ada 2 Online -", await _audience.NextAsync());
    }

    [Fact]
    public async Task A_page_reload_within_the_grace_is_no_leave()
    {
        await JoinAsync("ada", "before");
        await JoinAsync("bob", "bob");
        Assert.Equal("joined ada 1", await _audience.NextAsync());
        Assert.Equal("joined bob 1", await _audience.NextAsync());
        await _registry.LeaveAsync(Session, User("ada"), "before");
        await EveryoneAsync();
        _time.Advance(_options.LeaveGrace - TimeSpan.FromMilliseconds(1));
        await JoinAsync("ada", "after");
        _time.Advance(_options.LeaveGrace);
        await EveryoneAsync();
        Assert.DoesNotContain(_audience.Rest(), told => told.StartsWith("left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Someone_whose_last_tab_is_gone_leaves_after_the_grace_and_is_not_shown_to_newcomers_meanwhile()
    {
        await JoinAsync("ada", "tab");
        await _registry.LeaveAsync(Session, User("ada"), "tab");
        var seen = await JoinAsync("bob", "bob");
        Assert.DoesNotContain(seen, p => p.User == User("ada"));
        _time.Advance(_options.LeaveGrace);
        string told;
        do told = await _audience.NextAsync();
        while (!told.StartsWith("left", StringComparison.Ordinal));
        Assert.Equal("left ada 0", told);
    }

    [Fact]
    public async Task A_person_is_away_when_every_tab_is_and_changes_within_an_interval_are_told_once()
    {
        await JoinAsync("ada", "1");
        await JoinAsync("ada", "2");
        Assert.Equal("joined ada 1", await _audience.NextAsync());
        Assert.Equal("changed ada 2 Online -", await _audience.NextAsync());
        var file = new FileId(Guid.Parse("00000000-0000-0000-0000-0000000000ff"));
        await _registry.SetAsync(Session, User("ada"), "1", PresenceStatus.Away, null);
        await _registry.SetAsync(Session, User("ada"), "2", PresenceStatus.Away, file);
        await EveryoneAsync();
        Assert.DoesNotContain(_audience.Rest(), told => told.StartsWith("changed ada", StringComparison.Ordinal));
        _time.Advance(_options.ChangeInterval);
        Assert.Equal($"changed ada 2 Away {file}", await NextOfAsync("changed ada"));
    }

    [Fact]
    public async Task Someone_who_was_removed_is_gone_at_once_with_every_tab()
    {
        await JoinAsync("ada", "1");
        await JoinAsync("ada", "2");
        await _registry.RemoveAsync(Session, User("ada"));
        Assert.Equal("left ada 0", await NextOfAsync("left"));
        Assert.DoesNotContain(await EveryoneAsync(), p => p.User == User("ada"));
    }

    [Fact]
    public async Task A_heartbeat_that_stops_is_a_leave_and_the_next_one_a_join_with_the_role_of_then()
    {
        await JoinAsync("ada", "tab");
        await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Online, null, beats: true);
        await BeatAsync(_options.SilenceLimit - _options.SilenceLook);
        Assert.Single(await PresentAsync());
        await BeatAsync(_options.SilenceLook);
        Assert.Equal("left ada 0", await NextOfAsync("left"));
        Assert.Empty(await PresentAsync());
        await _registry.SetRoleAsync(Session, User("ada"), Role.Viewer);
        await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Online, null, beats: true);
        Assert.Equal("joined ada 1", await NextOfAsync("joined ada"));
        Assert.Equal(Role.Viewer, Assert.Single(await PresentAsync()).Role);
    }

    [Fact]
    public async Task Heartbeats_keep_and_are_told_to_nobody_and_who_promised_none_stays()
    {
        await JoinAsync("ada", "tab");
        await JoinAsync("stock", "client");
        await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Online, null, beats: true);
        await BeatAsync(TimeSpan.FromSeconds(1));
        _audience.Rest();
        for (var i = 0; i < 10; i++)
        {
            await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Online, null, beats: true);
            await BeatAsync(TimeSpan.FromSeconds(1.5));
        }
        Assert.Empty(_audience.Rest());
        Assert.Equal(2, (await PresentAsync()).Count);
    }

    [Fact]
    public async Task Someone_silent_who_was_removed_or_left_does_not_come_back()
    {
        await JoinAsync("ada", "tab");
        await JoinAsync("bob", "tab of bob");
        foreach (var (name, tab) in new[] { ("ada", "tab"), ("bob", "tab of bob") })
            await _registry.SetAsync(Session, User(name), tab, PresenceStatus.Online, null, beats: true);
        await BeatAsync(_options.SilenceLimit);
        Assert.Empty(await PresentAsync());
        await _registry.RemoveAsync(Session, User("ada"));
        await _registry.LeaveAsync(Session, User("bob"), "tab of bob");
        foreach (var (name, tab) in new[] { ("ada", "tab"), ("bob", "tab of bob") })
            await _registry.SetAsync(Session, User(name), tab, PresenceStatus.Online, null, beats: true);
        Assert.Empty(await PresentAsync());
    }

    /// <summary>Who is there, without anyone coming to ask, after everything before has been done.</summary>
    private async Task<IReadOnlyList<PresentParticipant>> PresentAsync() =>
        [.. (await _registry.ReadAsync(PresenceScope.All, default)).SelectMany(session => session.Participants)];

    // In steps of the registry's own look, each of them taken before the next, and everything before the first.
    private async Task BeatAsync(TimeSpan time)
    {
        await PresentAsync();
        for (var passed = TimeSpan.Zero; passed < time; passed += _options.SilenceLook)
        {
            _time.Advance(_options.SilenceLook);
            await PresentAsync();
        }
    }

    [Fact]
    public async Task A_connection_that_never_joined_changes_nothing()
    {
        await JoinAsync("ada", "1");
        await _registry.SetAsync(Session, User("ada"), "unknown", PresenceStatus.Away, null);
        await _registry.SetAsync(new SessionId(Guid.Empty), User("ada"), "1", PresenceStatus.Away, null);
        await _registry.LeaveAsync(Session, User("bob"), "unknown");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(PresenceStatus.Online, (await EveryoneAsync()).Single(p => p.User == User("ada")).Status);
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    private static UserId User(string name) => new(new Guid(name.PadRight(16, '.').Select(c => (byte)c).ToArray()));

    private Task<IReadOnlyList<PresentParticipant>> JoinAsync(string name, string connection)
    {
        var now = _time.GetUtcNow();
        return _registry.JoinAsync(Session, Workspace, new PresentParticipant(User(name), name, name, Role.Editor, PresenceStatus.Online, null, now, now, 1), connection, default);
    }

    /// <summary>Who is there, after everything asked before has been done.</summary>
    private Task<IReadOnlyList<PresentParticipant>> EveryoneAsync() => JoinAsync("watcher", "watcher");

    private async Task<string> NextOfAsync(string start)
    {
        while (true)
        {
            var told = await _audience.NextAsync();
            if (told.StartsWith(start, StringComparison.Ordinal)) return told;
        }
    }

    private sealed class RecordingAudience : IPresenceAudience
    {
        private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

        public async Task<string> NextAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        public List<string> Rest()
        {
            var rest = new List<string>();
            while (_told.Reader.TryRead(out var told)) rest.Add(told);
            return rest;
        }

        public ValueTask JoinedAsync(SessionId session, PresentParticipant participant) => Tell($"joined {participant.Username} {participant.Connections}");

        public ValueTask LeftAsync(SessionId session, PresentParticipant participant) => Tell($"left {participant.Username} {participant.Connections}");

        public ValueTask ChangedAsync(SessionId session, IReadOnlyList<PresentParticipant> participants)
        {
            foreach (var p in participants) _told.Writer.TryWrite($"changed {p.Username} {p.Connections} {p.Status} {(p.File is { } file ? file.ToString() : "-")}");
            return ValueTask.CompletedTask;
        }

        private ValueTask Tell(string line)
        {
            _told.Writer.TryWrite(line);
            return ValueTask.CompletedTask;
        }
    }
}
