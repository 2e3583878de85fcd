using System.Collections.Concurrent;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Operations;
using CollabHub.Domain.Presence;

namespace CollabHub.Tests.Specifications.Cluster;

/// <summary>What presence and the registry of nodes keep across nodes, whatever carries it.</summary>
public abstract class PresenceSpecification : IAsyncLifetime
{
    private static readonly SessionId Session = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly WorkspaceId Workspace = new(Guid.Parse("00000000-0000-0000-0000-000000000002"));

    private readonly List<PresenceNode> _nodes = [];

    /// <summary>A node of one cluster; dead when the answer is disposed.</summary>
    protected abstract ValueTask<(IClusterBus Bus, IAsyncDisposable Life)> NodeAsync(string name);

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DieAsync();
    }

    [Fact]
    public async Task Two_tabs_on_two_nodes_are_one_participant_with_two_connections()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await one.JoinAsync("ada", "tab 1");
        await two.SeesAsync("ada 1");
        var everyone = await two.JoinAsync("ada", "tab 2");
        Assert.Equal(2, Assert.Single(everyone).Connections);
        await one.SeesAsync("ada 2");
        await two.Registry.LeaveAsync(Session, User("ada"), "tab 2");
        await one.SeesAsync("ada 1");
        Assert.DoesNotContain("left ada", one.Audience.Told);
    }

    [Fact]
    public async Task Who_joins_is_told_about_everybody_on_every_node()
    {
        var (one, two, three) = (await StartAsync("one"), await StartAsync("two"), await StartAsync("three"));
        await one.JoinAsync("ada", "1");
        await two.JoinAsync("bob", "2");
        await three.SeesAsync("ada 1", "bob 1");
        Assert.Equal(["ada", "bob", "eve"], (await three.JoinAsync("eve", "3")).Select(p => p.Username));
        await one.SeesAsync("ada 1", "bob 1", "eve 1");
    }

    [Fact]
    public async Task A_node_that_starts_late_learns_who_is_there()
    {
        var one = await StartAsync("one");
        await one.JoinAsync("ada", "1");
        await one.JoinAsync("bob", "2");
        await (await StartAsync("late")).SeesAsync("ada 1", "bob 1");
    }

    [Fact]
    public async Task Who_leaves_is_gone_everywhere_and_a_page_reload_on_another_node_is_no_leave()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await one.JoinAsync("ada", "before");
        await two.SeesAsync("ada 1");
        await two.JoinAsync("ada", "after");
        await one.Registry.LeaveAsync(Session, User("ada"), "before");
        await one.SeesAsync("ada 1");
        Assert.DoesNotContain("left ada", one.Audience.Told.Concat(two.Audience.Told));
        await two.Registry.LeaveAsync(Session, User("ada"), "after");
        await one.SeesAsync();
        await two.SeesAsync();
        await Eventually.TrueAsync(() => one.Audience.Told.Contains("left ada") && two.Audience.Told.Contains("left ada"));
    }

    [Fact]
    public async Task The_people_of_a_node_that_died_are_gone_and_those_who_are_elsewhere_too_stay()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await one.JoinAsync("ada", "1");
        await two.JoinAsync("ada", "2");
        await two.JoinAsync("bob", "3");
        await one.SeesAsync("ada 2", "bob 1");
        await two.DieAsync();
        await one.SeesAsync("ada 1");
        Assert.Contains("left bob", one.Audience.Told);
        Assert.DoesNotContain("left ada", one.Audience.Told);
        Assert.Equal(["one"], one.Membership.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task A_node_that_stops_says_so_and_nobody_waits_for_its_silence()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two", new ClusterOptions { GoneAfter = TimeSpan.FromMinutes(1) }));
        await two.JoinAsync("bob", "1");
        await one.SeesAsync("bob 1");
        two.Membership.Leave();
        await one.SeesAsync();
    }

    [Fact]
    public async Task Status_file_and_removal_cross_nodes()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        var file = new FileId(Guid.NewGuid());
        await one.JoinAsync("ada", "1");
        await two.SeesAsync("ada 1");
        await one.Registry.SetAsync(Session, User("ada"), "1", PresenceStatus.Away, file);
        await Eventually.TrueAsync(async () => (await two.EveryoneAsync()).Single() is { Status: PresenceStatus.Away } ada && ada.File == file);
        await one.Registry.RemoveAsync(Session, User("ada"));
        await two.SeesAsync();
    }

    [Fact]
    public async Task Whose_line_is_silent_is_gone_everywhere_without_the_grace_for_reloads_and_back_once_it_is_heard()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two", patience: TimeSpan.FromHours(1)));
        await one.JoinAsync("ada", "1");
        await two.SeesAsync("ada 1");
        await one.Registry.SilentAsync("1");
        await Eventually.TrueAsync(() => two.Audience.Told.Contains("left ada"));
        await one.Registry.SetRoleAsync(Session, User("ada"), Role.Viewer);
        await one.Registry.HeardAsync("1");
        await two.SeesAsync("ada 1");
        Assert.Equal(Role.Viewer, (await two.EveryoneAsync()).Single().Role);
    }

    [Fact]
    public async Task What_changes_on_one_node_only_reaches_the_others_though_the_person_as_a_whole_is_as_before()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await one.JoinAsync("ada", "1");
        await two.JoinAsync("ada", "2");
        await one.SeesAsync("ada 2");
        await one.Registry.SetAsync(Session, User("ada"), "1", PresenceStatus.Away, null);
        await two.Registry.SetAsync(Session, User("ada"), "2", PresenceStatus.Away, null);
        foreach (var node in new[] { one, two })
            await Eventually.TrueAsync(async () => (await node.EveryoneAsync()).Single().Status == PresenceStatus.Away);
    }

    [Fact]
    public async Task A_watcher_gets_a_snapshot_and_then_every_change_numbered_without_a_gap()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await one.JoinAsync("ada", "1");
        await two.SeesAsync("ada 1");
        using var end = new CancellationTokenSource();
        await using var events = two.Registry.WatchAsync(new PresenceScope(Workspace, null), end.Token).GetAsyncEnumerator(end.Token);
        var seq = 0L;
        Assert.Equal((PresenceEventKind.Snapshot, "ada"), await StepAsync());
        await one.JoinAsync("bob", "2");
        Assert.Equal((PresenceEventKind.Joined, "bob"), await StepAsync());
        await one.Registry.RemoveAsync(Session, User("bob"));
        Assert.Equal((PresenceEventKind.Left, "bob"), await StepAsync());
        await end.CancelAsync();

        // What a node says twice, such as everybody after a greeting, may be told as a change; it has a number of its own.
        async Task<(PresenceEventKind Kind, string People)> StepAsync()
        {
            var step = await NextAsync(events, number => Assert.Equal(++seq, number));
            return (step.Kind, step.People);
        }
    }

    [Fact]
    public async Task A_watcher_that_reads_too_slowly_gets_a_new_snapshot_instead_of_a_gap()
    {
        var one = await StartAsync("one");
        using var end = new CancellationTokenSource();
        await using var events = one.Registry.WatchAsync(PresenceScope.All, end.Token).GetAsyncEnumerator(end.Token);
        Assert.Equal(PresenceEventKind.Snapshot, (await NextAsync(events)).Kind);
        for (var i = 0; i < 300; i++) await one.JoinAsync($"u{i:000}", "1");
        var replica = new SortedSet<string>(StringComparer.Ordinal);
        var snapshots = 0;
        for (var seq = 2; replica.Count < 300; seq++)
        {
            var step = await NextAsync(events);
            Assert.Equal(seq, step.Seq);
            if (step.Kind == PresenceEventKind.Snapshot)
            {
                snapshots++;
                replica.Clear();
            }
            replica.UnionWith(step.People.Split(' '));
        }
        Assert.Equal(1, snapshots);
        await end.CancelAsync();
    }

    [Fact]
    public async Task Every_node_knows_which_nodes_live_and_how_they_are_doing()
    {
        var (one, two) = (await StartAsync("one"), await StartAsync("two"));
        await Eventually.TrueAsync(() => one.Membership.Nodes.Count == 2 && two.Membership.Nodes.Count == 2);
        Assert.Equal(["one", "two"], one.Membership.Nodes.Select(node => node.Name));
        Assert.Equal("one", Assert.Single(one.Membership.Nodes, node => node.IsSelf).Name);
        await Eventually.TrueAsync(() => one.Membership.Nodes.Any(node => node is { Name: "two", Figures.Connections: 42 }));
        Assert.False(one.Membership.IsPartial);
    }

    private protected async Task<PresenceNode> StartAsync(string name, ClusterOptions? options = null, TimeSpan? patience = null)
    {
        var (bus, life) = await NodeAsync(name);
        var node = new PresenceNode(bus, life, (options ?? Quick) with { Name = name }, patience);
        _nodes.Add(node);
        await bus.ListenAsync(node.Receive);
        node.Membership.Start(() => NodeFigures.Zero with { Connections = 42 }, () => node.Registry.Seq);
        return node;
    }

    /// <summary>The pace of tests: a fifth of the real times.</summary>
    private static ClusterOptions Quick => new() { Beat = TimeSpan.FromMilliseconds(200), GoneAfter = TimeSpan.FromSeconds(1), Look = TimeSpan.FromMilliseconds(50) };

    private static async Task<(PresenceEventKind Kind, long Seq, string People)> NextAsync(IAsyncEnumerator<PresenceEvent> events, Action<long>? look = null)
    {
        while (true)
        {
            Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience));
            var step = events.Current;
            look?.Invoke(step.Seq);
            if (step.Kind == PresenceEventKind.Changed) continue;
            return (step.Kind, step.Seq, string.Join(' ', step.Sessions.SelectMany(session => session.Participants).Select(p => p.Username)));
        }
    }

    internal static UserId User(string name) => new(new Guid(name.PadRight(16, '.').Select(c => (byte)c).ToArray()));

    private protected sealed class PresenceNode
    {
        private readonly IAsyncDisposable _life;
        private bool _isDead;

        public PresenceNode(IClusterBus bus, IAsyncDisposable life, ClusterOptions options, TimeSpan? patience)
        {
            _life = life;
            var presence = new PresenceOptions();
            Registry = new PresenceRegistry(Audience, bus, TimeProvider.System, presence with { LeaveGrace = patience ?? presence.LeaveGrace });
            Membership = new ClusterMembership(bus, TimeProvider.System, options);
            Membership.Gone += node => Task.Run(() => Registry.ForgetNodeAsync(node));
        }

        public Audience Audience { get; } = new();
        public PresenceRegistry Registry { get; }
        public ClusterMembership Membership { get; }

        public void Receive(ClusterMessage message)
        {
            Membership.Receive(message);
            Registry.Receive(message);
        }

        public Task<IReadOnlyList<PresentParticipant>> JoinAsync(string name, string connection)
        {
            var now = DateTimeOffset.UtcNow;
            return Registry.JoinAsync(
                Session, Workspace, new PresentParticipant(User(name), name, name, Role.Editor, PresenceStatus.Online, null, now, now, 1), connection, default);
        }

        public async Task<IReadOnlyList<PresentParticipant>> EveryoneAsync() =>
            [.. (await Registry.ReadAsync(new PresenceScope(null, Session), default)).SelectMany(session => session.Participants)];

        /// <summary>Waits until this node lists exactly these people, each with the number of connections.</summary>
        public Task SeesAsync(params string[] people) =>
            Eventually.TrueAsync(async () => (await EveryoneAsync()).Select(p => $"{p.Username} {p.Connections}").SequenceEqual(people));

        /// <summary>Ends without a word.</summary>
        public async Task DieAsync()
        {
            if (_isDead) return;
            _isDead = true;
            Membership.Dispose();
            await _life.DisposeAsync();
            await Registry.DisposeAsync();
        }
    }

    private protected sealed class Audience : IPresenceAudience
    {
        public ConcurrentQueue<string> Told { get; } = new();

        public ValueTask JoinedAsync(SessionId session, PresentParticipant participant) => Tell("joined " + participant.Username);

        public ValueTask LeftAsync(SessionId session, PresentParticipant participant) => Tell("left " + participant.Username);

        public ValueTask ChangedAsync(SessionId session, IReadOnlyList<PresentParticipant> participants) => ValueTask.CompletedTask;

        private ValueTask Tell(string line)
        {
            Told.Enqueue(line);
            return ValueTask.CompletedTask;
        }
    }
}

[Collection(nameof(Timed))]
public sealed class InProcessPresenceTests : PresenceSpecification
{
    private readonly InProcessClusterBus.Exchange _exchange = new();

    protected override ValueTask<(IClusterBus Bus, IAsyncDisposable Life)> NodeAsync(string name) =>
        new((new InProcessClusterBus(_exchange, name), new Nothing()));

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
