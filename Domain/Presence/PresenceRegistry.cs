using System.Threading.Channels;
using CollabHub.Domain.Access;
using CollabHub.Domain.Cluster;

namespace CollabHub.Domain.Presence;

/// <summary>
/// The rosters of all sessions, cluster-wide: the connections of this node, and what the other nodes say of theirs. One loop owns
/// them; joins and leaves are told at once, changes coalesced. Every node tells its own connections.
/// </summary>
public sealed partial class PresenceRegistry : IPresence, IAsyncDisposable
{
    private readonly Channel<Func<ValueTask>> _inbox = Channel.CreateBounded<Func<ValueTask>>(
        new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Dictionary<SessionId, Live> _sessions = [];

    // Sessions with something to tell later: a change within its interval, a person within the grace.
    private readonly HashSet<SessionId> _waiting = [];
    private readonly IPresenceAudience _audience;
    private readonly IClusterBus _bus;
    private readonly PresencePeers _peers;
    private readonly TimeProvider _time;
    private readonly PresenceOptions _options;
    private readonly ITimer _timer;
    private readonly Task _loop;

    private sealed class Live(WorkspaceId workspace)
    {
        public WorkspaceId Workspace { get; } = workspace;
        public PresenceRoster Roster { get; } = new();
        public HashSet<UserId> Changed { get; } = [];

        // Whose part of this node the others do not have in its present state.
        public HashSet<UserId> Unsent { get; } = [];
        public DateTimeOffset LastTold { get; set; }
    }

    /// <param name="audience">Who is told.</param>
    /// <param name="bus">The other nodes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">Grace and pace.</param>
    public PresenceRegistry(IPresenceAudience audience, IClusterBus bus, TimeProvider time, PresenceOptions options)
    {
        _audience = audience;
        _bus = bus;
        _peers = new PresencePeers(bus);
        _time = time;
        _options = options;
        // A full inbox has work to do anyway: every turn ends with the same look, so no ring is missed.
        _timer = time.CreateTimer(_ => _inbox.Writer.TryWrite(static () => ValueTask.CompletedTask), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = RunAsync();
    }

    /// <summary>A connection joins a session.</summary>
    /// <returns>Everyone who is there now, on whatever node, the caller included.</returns>
    public async Task<IReadOnlyList<PresentParticipant>> JoinAsync(
        SessionId session, WorkspaceId workspace, PresentParticipant person, string connection, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<PresentParticipant>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _inbox.Writer.WriteAsync(() => OnJoinAsync(session, workspace, person, connection, answer), ct);
        return await answer.Task.WaitAsync(ct);
    }

    private async ValueTask OnJoinAsync(
        SessionId session, WorkspaceId workspace, PresentParticipant person, string connection,
        TaskCompletionSource<IReadOnlyList<PresentParticipant>> answer)
    {
        Forget(session, connection);
        await OnHeardAsync(connection);
        Remember(session, connection, person.User);
        await ComeAsync(session, workspace, person, connection, PresenceStatus.Online, answer);
    }

    private async ValueTask ComeAsync(
        SessionId session, WorkspaceId workspace, PresentParticipant person, string connection, PresenceStatus status,
        TaskCompletionSource<IReadOnlyList<PresentParticipant>>? answer = null)
    {
        var live = LiveOf(session, workspace);
        var isNew = live.Roster.Join(person, connection, _time.GetUtcNow(), status);
        SendPart(session, live, person.User);
        answer?.TrySetResult(live.Roster.Everyone);
        if (isNew) await TellJoinedAsync(session, live, live.Roster.Find(person.User)!);
        else Changed(session, live, person.User);
    }

    /// <summary>A connection leaves a session.</summary>
    public ValueTask LeaveAsync(SessionId session, UserId user, string connection) => PostAsync(session, () => Forget(session, connection), live =>
    {
        if (live.Roster.Leave(user, connection, _time.GetUtcNow())) SendPart(session, live, user);
        Changed(session, live, user);
        return ValueTask.CompletedTask;
    });

    /// <summary>A participant's role changed; every node hears of that for itself.</summary>
    public ValueTask SetRoleAsync(SessionId session, UserId user, Role role) => PostAsync(session, () => SetSilentRole(session, user, role), live =>
    {
        if (!live.Roster.SetRole(user, role)) return ValueTask.CompletedTask;
        if (live.Roster.OwnPartOf(user) is { Connections: > 0 }) live.Unsent.Add(user);
        Changed(session, live, user);
        return ValueTask.CompletedTask;
    });

    /// <summary>A participant was removed: gone at once, whatever connections there are.</summary>
    public ValueTask RemoveAsync(SessionId session, UserId user) => PostAsync(session, () => ForgetSilent(session, user), async live =>
    {
        var own = live.Roster.OwnPartOf(user);
        if (live.Roster.Remove(user) is not { } gone) return;
        _waiting.Add(session);
        if (own is { Connections: > 0 }) Publish([new PresencePart(session, live.Workspace, own with { Connections = 0 })]);
        await TellLeftAsync(session, live, gone with { Connections = 0 });
    });

    private Live LiveOf(SessionId session, WorkspaceId workspace)
    {
        if (!_sessions.TryGetValue(session, out var live)) _sessions.Add(session, live = new Live(workspace));
        return live;
    }

    private void Changed(SessionId session, Live live, UserId user)
    {
        live.Changed.Add(user);
        _waiting.Add(session);
    }

    private ValueTask PostAsync(SessionId session, Action first, Func<Live, ValueTask> work) => _inbox.Writer.WriteAsync(() =>
    {
        first();
        return _sessions.TryGetValue(session, out var live) ? work(live) : ValueTask.CompletedTask;
    });

    private async Task RunAsync()
    {
        await Task.Yield();
        while (await _inbox.Reader.WaitToReadAsync())
        {
            while (_inbox.Reader.TryRead(out var work))
            {
                await work();
                if (_waiting.Count > 0) await EndTurnAsync();
                if (_isWholeWanted) PublishWhole();
            }
        }
    }

    private async ValueTask EndTurnAsync()
    {
        var now = _time.GetUtcNow();
        DateTimeOffset? next = null;
        foreach (var session in _waiting.ToList())
        {
            var live = _sessions[session];
            await TellAsync(session, live, now);
            if (live.Roster.IsEmpty)
            {
                live.Changed.Clear();
                _sessions.Remove(session);
            }
            var due = Earliest(live.Changed.Count > 0 ? live.LastTold + _options.ChangeInterval : null, live.Roster.NextGone + _options.LeaveGrace);
            if (due is null) _waiting.Remove(session);
            next = Earliest(next, due);
        }
        if (next is { } ring) _timer.Change(ring > now ? ring - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async ValueTask TellAsync(SessionId session, Live live, DateTimeOffset now)
    {
        foreach (var gone in live.Roster.TakeGone(now - _options.LeaveGrace))
        {
            live.Changed.Remove(gone.User);
            await TellLeftAsync(session, live, gone);
        }
        if (live.Changed.Count == 0 || now - live.LastTold < _options.ChangeInterval) return;
        live.LastTold = now;
        foreach (var user in live.Unsent.ToList()) SendPart(session, live, user);
        var changed = live.Changed.Where(live.Roster.IsHere).Select(live.Roster.Find).OfType<PresentParticipant>().ToList();
        live.Changed.Clear();
        if (changed.Count == 0) return;
        Watchers(PresenceEventKind.Changed, session, live, changed);
        await _audience.ChangedAsync(session, changed);
    }

    private ValueTask TellJoinedAsync(SessionId session, Live live, PresentParticipant person)
    {
        Watchers(PresenceEventKind.Joined, session, live, [person]);
        return _audience.JoinedAsync(session, person);
    }

    private ValueTask TellLeftAsync(SessionId session, Live live, PresentParticipant person)
    {
        Watchers(PresenceEventKind.Left, session, live, [person]);
        return _audience.LeftAsync(session, person);
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _inbox.Writer.TryComplete();
        await _loop;
    }
}
