using System.Threading.Channels;
using CollabHub.Domain.Access;

namespace CollabHub.Domain.Presence;

/// <summary>How presence is told.</summary>
public sealed record PresenceOptions
{
    /// <summary>How long a person without a connection stays, so that a page reload does not flash.</summary>
    public TimeSpan LeaveGrace { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The least time between two changes told to one session: 20 a second.</summary>
    public TimeSpan ChangeInterval { get; init; } = TimeSpan.FromMilliseconds(50);
}

/// <summary>The rosters of all sessions on this node. One loop owns them; joins and leaves are told at once, changes coalesced.</summary>
public sealed class PresenceRegistry : IPresenceDirectory, IAsyncDisposable
{
    private readonly Channel<Func<ValueTask>> _inbox = Channel.CreateBounded<Func<ValueTask>>(
        new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Dictionary<SessionId, Live> _sessions = [];

    // Sessions with something to tell later: a change within its interval, a person within the grace.
    private readonly HashSet<SessionId> _waiting = [];
    private readonly IPresenceAudience _audience;
    private readonly TimeProvider _time;
    private readonly PresenceOptions _options;
    private readonly ITimer _timer;
    private readonly Task _loop;

    private sealed class Live
    {
        public PresenceRoster Roster { get; } = new();
        public HashSet<UserId> Changed { get; } = [];
        public DateTimeOffset LastTold { get; set; }
    }

    /// <param name="audience">Who is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">Grace and pace.</param>
    public PresenceRegistry(IPresenceAudience audience, TimeProvider time, PresenceOptions options)
    {
        _audience = audience;
        _time = time;
        _options = options;
        // A full inbox has work to do anyway: every turn ends with the same look, so no ring is missed.
        _timer = time.CreateTimer(_ => _inbox.Writer.TryWrite(static () => ValueTask.CompletedTask), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>A connection joins a session.</summary>
    /// <returns>Everyone who is there now, the caller included.</returns>
    public async Task<IReadOnlyList<PresentParticipant>> JoinAsync(SessionId session, PresentParticipant person, string connection, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<PresentParticipant>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _inbox.Writer.WriteAsync(() => OnJoinAsync(session, person, connection, answer), ct);
        return await answer.Task.WaitAsync(ct);
    }

    private async ValueTask OnJoinAsync(
        SessionId session, PresentParticipant person, string connection, TaskCompletionSource<IReadOnlyList<PresentParticipant>> answer)
    {
        if (!_sessions.TryGetValue(session, out var live)) _sessions.Add(session, live = new Live());
        var isNew = live.Roster.Join(person, connection, _time.GetUtcNow());
        answer.TrySetResult(live.Roster.Everyone);
        if (isNew) await _audience.JoinedAsync(session, live.Roster.Find(person.User)!);
        else Changed(session, live, person.User);
    }

    /// <summary>A connection leaves a session.</summary>
    public ValueTask LeaveAsync(SessionId session, UserId user, string connection) => PostAsync(session, live =>
    {
        live.Roster.Leave(user, connection, _time.GetUtcNow());
        Changed(session, live, user);
        return ValueTask.CompletedTask;
    });

    /// <summary>A connection says whether it is in front, and which file it shows.</summary>
    public ValueTask SetAsync(SessionId session, UserId user, string connection, PresenceStatus status, FileId? file) => PostAsync(session, live =>
    {
        if (live.Roster.Set(user, connection, status, file, _time.GetUtcNow())) Changed(session, live, user);
        return ValueTask.CompletedTask;
    });

    /// <summary>A participant's role changed.</summary>
    public ValueTask SetRoleAsync(SessionId session, UserId user, Role role) => PostAsync(session, live =>
    {
        if (live.Roster.SetRole(user, role)) Changed(session, live, user);
        return ValueTask.CompletedTask;
    });

    /// <summary>A participant was removed: gone at once, whatever connections there are.</summary>
    public ValueTask RemoveAsync(SessionId session, UserId user) => PostAsync(session, async live =>
    {
        if (live.Roster.Remove(user) is { } gone) await _audience.LeftAsync(session, gone with { Connections = 0 });
        _waiting.Add(session);
    });

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PresentParticipant>> EveryoneAsync(SessionId session, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<PresentParticipant>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _inbox.Writer.WriteAsync(
            () =>
            {
                answer.TrySetResult(_sessions.TryGetValue(session, out var live) ? live.Roster.Everyone : []);
                return ValueTask.CompletedTask;
            },
            ct);
        return await answer.Task.WaitAsync(ct);
    }

    private void Changed(SessionId session, Live live, UserId user)
    {
        live.Changed.Add(user);
        _waiting.Add(session);
    }

    private ValueTask PostAsync(SessionId session, Func<Live, ValueTask> work) =>
        _inbox.Writer.WriteAsync(() => _sessions.TryGetValue(session, out var live) ? work(live) : ValueTask.CompletedTask);

    private async Task RunAsync()
    {
        await foreach (var work in _inbox.Reader.ReadAllAsync())
        {
            await work();
            if (_waiting.Count > 0) await EndTurnAsync();
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
            if (live.Roster.IsEmpty) _sessions.Remove(session);
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
            await _audience.LeftAsync(session, gone);
        }
        if (live.Changed.Count == 0 || now - live.LastTold < _options.ChangeInterval) return;
        live.LastTold = now;
        var changed = live.Changed.Select(live.Roster.Find).OfType<PresentParticipant>().ToList();
        live.Changed.Clear();
        if (changed.Count > 0) await _audience.ChangedAsync(session, changed);
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
