using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CollabHub.Domain.Presence;

/// <summary>Questions and watchers.</summary>
public sealed partial class PresenceRegistry
{
    private readonly List<PresenceWatch> _watches = [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionPresence>> ReadAsync(PresenceScope scope, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<SessionPresence>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _inbox.Writer.WriteAsync(
            () =>
            {
                answer.TrySetResult(Everyone(scope));
                return ValueTask.CompletedTask;
            },
            ct);
        return await answer.Task.WaitAsync(ct);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PresenceEvent> WatchAsync(PresenceScope scope, [EnumeratorCancellation] CancellationToken ct)
    {
        var watch = new PresenceWatch(scope, _options.WatchQueue);
        await _inbox.Writer.WriteAsync(
            () =>
            {
                watch.Offer(PresenceEventKind.Snapshot, Everyone(scope), Everyone);
                _watches.Add(watch);
                return ValueTask.CompletedTask;
            },
            ct);
        try
        {
            while (true) yield return await watch.NextAsync(ct);
        }
        finally
        {
            await EndAsync(watch);
        }
    }

    private async ValueTask EndAsync(PresenceWatch watch)
    {
        try
        {
            await _inbox.Writer.WriteAsync(
                () =>
                {
                    _watches.Remove(watch);
                    return ValueTask.CompletedTask;
                },
                CancellationToken.None);
        }
        catch (ChannelClosedException)
        {
            // The registry itself has ended.
        }
    }

    private IReadOnlyList<SessionPresence> Everyone(PresenceScope scope) =>
        [.. _sessions
            .Where(session => scope.Covers(session.Key, session.Value.Workspace))
            .Select(session => new SessionPresence(session.Key, session.Value.Workspace, session.Value.Roster.Everyone))
            .Where(session => session.Participants.Count > 0)];

    private void Watchers(PresenceEventKind kind, SessionId session, Live live, IReadOnlyList<PresentParticipant> people)
    {
        if (_watches.Count == 0) return;
        List<SessionPresence> step = [new SessionPresence(session, live.Workspace, people)];
        foreach (var watch in _watches)
        {
            if (watch.Scope.Covers(session, live.Workspace)) watch.Offer(kind, step, Everyone);
        }
    }
}
