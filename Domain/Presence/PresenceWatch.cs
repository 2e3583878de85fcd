using System.Threading.Channels;

namespace CollabHub.Domain.Presence;

/// <summary>One watcher's queue: the registry's loop fills it, the watcher empties it. Over its bound a snapshot takes the place of everything in it.</summary>
internal sealed class PresenceWatch(PresenceScope scope, int capacity)
{
    // Guards _steps and _seq.
    private readonly Lock _gate = new();
    private readonly Channel<bool> _ready = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Queue<(PresenceEventKind Kind, IReadOnlyList<SessionPresence> Sessions)> _steps = new();
    private long _seq;

    public PresenceScope Scope => scope;

    /// <summary>Queues a step; <paramref name="everyone"/> is asked when it is the one too many.</summary>
    public void Offer(PresenceEventKind kind, IReadOnlyList<SessionPresence> sessions, Func<PresenceScope, IReadOnlyList<SessionPresence>> everyone)
    {
        lock (_gate)
        {
            if (_steps.Count >= capacity)
            {
                _steps.Clear();
                (kind, sessions) = (PresenceEventKind.Snapshot, everyone(scope));
            }
            _steps.Enqueue((kind, sessions));
        }
        _ready.Writer.TryWrite(true);
    }

    /// <summary>The next step, numbered as it is taken.</summary>
    public async ValueTask<PresenceEvent> NextAsync(CancellationToken ct)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_steps.TryDequeue(out var step)) return new PresenceEvent(step.Kind, ++_seq, step.Sessions);
            }
            await _ready.Reader.ReadAsync(ct);
        }
    }
}
