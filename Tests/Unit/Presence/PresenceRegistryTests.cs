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
    public async Task A_silent_connection_leaves_every_session_at_once_and_comes_back_as_it_was_with_the_role_of_then()
    {
        var other = new SessionId(Guid.Parse("00000000-0000-0000-0000-000000000003"));
        var file = new FileId(Guid.Parse("00000000-0000-0000-0000-0000000000ff"));
        await JoinAsync("ada", "tab");
        await JoinAsync("ada", "tab", other);
        await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Away, file);
        await _registry.SilentAsync("tab");
        Assert.Empty(await PresentAsync());
        Assert.Equal("left ada 0", await NextOfAsync("left"));
        Assert.Equal("left ada 0", await NextOfAsync("left"));
        await _registry.SetRoleAsync(Session, User("ada"), Role.Viewer);
        await _registry.HeardAsync("tab");
        Assert.Equal("joined ada 1", await NextOfAsync("joined ada"));
        var back = await PresentAsync();
        Assert.Equal(2, back.Count);
        Assert.Contains(back, person => person is { Role: Role.Viewer, Status: PresenceStatus.Away } && person.File == file);
        Assert.Contains(back, person => person is { Role: Role.Editor, Status: PresenceStatus.Online });
    }

    [Fact]
    public async Task What_is_said_of_a_line_again_is_told_once()
    {
        await JoinAsync("ada", "tab");
        await JoinAsync("bob", "tab of bob");
        await _registry.HeardAsync("tab");
        for (var i = 0; i < 3; i++) await _registry.SilentAsync("tab");
        for (var i = 0; i < 3; i++) await _registry.HeardAsync("tab");
        await _registry.SilentAsync("unknown");
        await PresentAsync();
        _time.Advance(_options.ChangeInterval);
        await PresentAsync();
        Assert.Equal(["joined ada 1", "joined bob 1", "left ada 0", "joined ada 1"], _audience.Rest().Where(told => !told.StartsWith("changed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_two_tabs_the_silent_one_does_not_count()
    {
        await JoinAsync("ada", "front");
        await JoinAsync("ada", "behind");
        await _registry.SetAsync(Session, User("ada"), "behind", PresenceStatus.Away, null);
        await _registry.SilentAsync("front");
        Assert.Equal((1, PresenceStatus.Away), Assert.Single(await PresentAsync()) is var ada ? (ada.Connections, ada.Status) : default);
        await _registry.HeardAsync("front");
        Assert.Equal((2, PresenceStatus.Online), Assert.Single(await PresentAsync()) is var again ? (again.Connections, again.Status) : default);
        Assert.DoesNotContain(_audience.Rest(), told => told.StartsWith("left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_speaks_is_heard()
    {
        await JoinAsync("ada", "tab");
        await _registry.SilentAsync("tab");
        await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Away, null);
        Assert.Equal(PresenceStatus.Away, Assert.Single(await PresentAsync()).Status);
        await _registry.SilentAsync("tab");
        Assert.Equal(1, Assert.Single(await JoinAsync("ada", "tab")).Connections);
    }

    [Fact]
    public async Task What_a_connection_repeats_is_told_to_nobody()
    {
        await JoinAsync("ada", "tab");
        await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Away, null);
        await PresentAsync();
        _time.Advance(_options.ChangeInterval);
        Assert.Equal("changed ada 1 Away -", await NextOfAsync("changed ada"));
        for (var i = 0; i < 10; i++)
        {
            await _registry.SetAsync(Session, User("ada"), "tab", PresenceStatus.Away, null);
            _time.Advance(TimeSpan.FromSeconds(1.5));
            await PresentAsync();
        }
        Assert.Empty(_audience.Rest());
    }

    [Fact]
    public async Task Someone_silent_who_was_removed_or_left_does_not_come_back()
    {
        await JoinAsync("ada", "tab");
        await JoinAsync("bob", "tab of bob");
        foreach (var tab in new[] { "tab", "tab of bob" }) await _registry.SilentAsync(tab);
        Assert.Empty(await PresentAsync());
        await _registry.RemoveAsync(Session, User("ada"));
        await _registry.LeaveAsync(Session, User("bob"), "tab of bob");
        foreach (var tab in new[] { "tab", "tab of bob" }) await _registry.HeardAsync(tab);
        Assert.Empty(await PresentAsync());
    }

    /// <summary>Who is there, without anyone coming to ask, after everything before has been done.</summary>
    private async Task<IReadOnlyList<PresentParticipant>> PresentAsync() =>
        [.. (await _registry.ReadAsync(PresenceScope.All, default)).SelectMany(session => session.Participants)];

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

    private Task<IReadOnlyList<PresentParticipant>> JoinAsync(string name, string connection, SessionId? session = null)
    {
        var now = _time.GetUtcNow();
        return _registry.JoinAsync(session ?? Session, Workspace, new PresentParticipant(User(name), name, name, Role.Editor, PresenceStatus.Online, null, now, now, 1), connection, default);
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

        public async Task<string> NextAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

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
